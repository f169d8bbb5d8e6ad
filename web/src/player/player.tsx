import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLine } from '../api/live.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import {
  type Attempt,
  afterLoss,
  anew,
  FIRST_ATTEMPT,
  type Phase,
  patienceWith,
  turnedTo,
} from './attempt.ts';
import { clock } from './clock.ts';
import type { Source } from './sources.ts';

/** Plays the first source that works; a lost connection is taken up again where it broke. */
export function Player({
  sources,
  fileUrl,
  title,
}: {
  sources: readonly Source[];
  /** Of this host's file under the CID: what others serve nobody has compared with it. */
  fileUrl: string;
  title: string;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(FIRST_ATTEMPT);
  const isLive = useLine() === 'live';
  const source = sources[attempt.source];
  const { phase, fromSec } = attempt;

  const atSec = () => video.current?.currentTime || fromSec;
  const lose = () => setAttempt(afterLoss(attempt, sources.length, atSec()));
  const turn = () => setAttempt(turnedTo(attempt, sources.length, atSec()));
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
        {noteOf(attempt, source, fileUrl)}
      </p>
      {sources.length > 1 && (
        <Button look="quiet" onClick={turn}>
          {source.from === 'provider'
            ? 'Play this host’s copy instead'
            : 'Play the provider’s stream instead'}
        </Button>
      )}
    </div>
  );
}

function noteOf({ phase, source, byHand }: Attempt, { url, from }: Source, fileUrl: string): string {
  const { host } = new URL(url);
  const instead = source !== 0 && !byHand;
  if (phase === 'opening') return `Opening the video at ${host} …`;
  if (phase === 'waits') return `Waiting for ${host} …`;
  if (url !== fileUrl)
    return `From the provider at ${host}. Not verified: nobody has compared it with the CID.`;
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
