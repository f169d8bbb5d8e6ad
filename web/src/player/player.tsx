import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLine } from '../api/live.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { clock } from './clock.ts';
import { OPENING_MS } from './probe.ts';
import type { Source } from './sources.ts';

/** Where the player is: which source it tries, from which second on, and how that goes. */
interface Attempt {
  source: number;
  fromSec: number;
  /** Counts every new beginning. */
  turn: number;
  phase: 'opening' | 'plays' | 'waits' | 'failed';
}

const START: Attempt = { source: 0, fromSec: 0, turn: 0, phase: 'opening' };

/** Plays the first source that works; a lost connection is taken up again where it broke. */
export function Player({ sources, title }: { sources: readonly Source[]; title: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(START);
  const source = sources[attempt.source];
  const line = useLine();

  const again = () =>
    setAttempt(({ fromSec, turn }) => ({ source: 0, fromSec, turn: turn + 1, phase: 'opening' }));
  const lose = () => {
    const fromSec = video.current?.currentTime || attempt.fromSec;
    const next = attempt.source + 1;
    setAttempt(
      next < sources.length
        ? { source: next, fromSec, turn: attempt.turn + 1, phase: 'opening' }
        : { ...attempt, fromSec, phase: 'failed' },
    );
  };
  const begin = () => {
    if (video.current && attempt.fromSec > 0) video.current.currentTime = attempt.fromSec;
    setAttempt({ ...attempt, phase: 'plays' });
    // Where the browser wants a click first, the controls are there for it.
    video.current?.play().catch(() => undefined);
  };
  const show = (phase: Attempt['phase']) => attempt.phase !== 'opening' && setAttempt({ ...attempt, phase });

  useDeadline(attempt.phase === 'opening' ? `${attempt.turn} ${attempt.source}` : null, lose);
  useWhenBack(line === 'live', () => attempt.phase === 'failed' && again());

  if (!source || attempt.phase === 'failed') return <Failed fromSec={attempt.fromSec} again={again} />;
  return (
    <div className="player" data-phase={attempt.phase} data-from={source.from}>
      <video
        key={`${attempt.turn} ${source.url}`}
        ref={video}
        src={source.url}
        title={title}
        controls
        playsInline
        preload="metadata"
        onLoadedMetadata={begin}
        onError={lose}
        onWaiting={() => show('waits')}
        onPlaying={() => show('plays')}
      />
      <p className="player-note small" role="status">
        {noteOf(attempt, source)}
      </p>
    </div>
  );
}

function noteOf({ phase, source }: Attempt, { url, from }: Source): string {
  const { host } = new URL(url);
  if (phase === 'opening') return `Opening the video at ${host} …`;
  if (phase === 'waits') return `Waiting for ${host} …`;
  if (from === 'provider') return `From the provider at ${host}.`;
  return source > 0
    ? "The provider's stream does not play; this is the host's copy."
    : "From this host's copy.";
}

function Failed({ fromSec, again }: { fromSec: number; again: () => void }) {
  const lost = fromSec > 0;
  return (
    <div className="player player-failed" data-phase="failed">
      <Notice
        tone="bad"
        title={lost ? `The connection was lost at ${clock(fromSec)}.` : 'The video does not open.'}
        announce
      >
        <p>
          {lost
            ? 'It goes on from there as soon as somebody who serves it answers again.'
            : 'Neither the provider nor this host serves it right now. What you paid stays good for a day.'}
        </p>
        <Button onClick={again}>{lost ? `Go on from ${clock(fromSec)}` : 'Try again'}</Button>
      </Notice>
    </div>
  );
}

/** Calls once when `what` has stayed the same for too long. */
function useDeadline(what: string | null, onLate: () => void): void {
  const late = useEffectEvent(onLate);
  useEffect(() => {
    if (what === null) return;
    const timer = setTimeout(() => late(), OPENING_MS);
    return () => clearTimeout(timer);
  }, [what]);
}

/** Calls whenever `here` becomes true. */
function useWhenBack(here: boolean, onBack: () => void): void {
  const back = useEffectEvent(onBack);
  useEffect(() => {
    if (here) back();
  }, [here]);
}
