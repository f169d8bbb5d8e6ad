import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLine } from '../api/live.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { afterLoss, anew, FIRST_ATTEMPT, type Phase, patienceWith } from './attempt.ts';
import { clock } from './clock.ts';
import type { Source } from './sources.ts';

/** Plays the first source that works; a lost connection is taken up again where it broke. */
export function Player({ sources, title }: { sources: readonly Source[]; title: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(FIRST_ATTEMPT);
  const isLive = useLine() === 'live';
  const source = sources[attempt.source];
  const { phase, fromSec } = attempt;

  const lose = () => setAttempt(afterLoss(attempt, sources.length, video.current?.currentTime || fromSec));
  const again = () => setAttempt(anew(attempt));
  const begin = () => {
    if (video.current && fromSec > 0) video.current.currentTime = fromSec;
    setAttempt({ ...attempt, phase: 'plays' });
    // Where the browser wants a click first, the controls are there for it.
    video.current?.play().catch(() => undefined);
  };
  const show = (next: Phase) => phase !== 'opening' && setAttempt({ ...attempt, phase: next });

  const patience = patienceWith(attempt, sources.length);
  useDeadline(`${attempt.turn} ${phase}`, patience, lose);
  useWhenBack(isLive, () => phase === 'failed' && again());

  if (!source || phase === 'failed') return <Failed fromSec={fromSec} again={again} />;
  return (
    <div className="player" data-phase={phase} data-from={source.from}>
      <video
        key={attempt.turn}
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
        {noteOf(phase, source, sources[0] !== source)}
      </p>
    </div>
  );
}

function noteOf(phase: Phase, { url, from }: Source, instead: boolean): string {
  const { host } = new URL(url);
  if (phase === 'opening') return `Opening the video at ${host} …`;
  if (phase === 'waits') return `Waiting for ${host} …`;
  if (from === 'provider') return `From the provider at ${host}.`;
  return instead ? "The provider's stream does not play; this is the host's copy." : "From this host's copy.";
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

/** Calls once `what` has stayed the same for so long; never with `ms` null. */
function useDeadline(what: string, ms: number | null, onLate: () => void): void {
  const late = useEffectEvent(onLate);
  useEffect(() => {
    if (ms === null || what === '') return;
    const timer = setTimeout(() => late(), ms);
    return () => clearTimeout(timer);
  }, [what, ms]);
}

/** Calls whenever `here` becomes true. */
function useWhenBack(here: boolean, onBack: () => void): void {
  const back = useEffectEvent(onBack);
  useEffect(() => {
    if (here) back();
  }, [here]);
}
