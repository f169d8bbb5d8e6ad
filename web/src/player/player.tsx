import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useConnection } from '../api/live.ts';
import { Button } from '../components/form/button.tsx';
import { Notice } from '../components/notice.tsx';
import {
  type Attempt,
  afterLoss,
  anew,
  FIRST_ATTEMPT,
  type Phase,
  phaseTimeoutMs,
  turnedTo,
} from './attempt.ts';
import { clock } from './clock.ts';
import { reaches } from './probe.ts';
import type { PlayerSource } from './sources.ts';

interface PlayerProps {
  sources: readonly PlayerSource[];
  title: string;
  fromSec: number;
  /** Called with the position; with 0 after the end. */
  onTime: (atSec: number) => void;
  onPlays: () => void;
  /** Called when all sources have failed. */
  onLost: (atSec: number) => void;
}

/** Plays the first source that works, and after a lost connection goes on from the same second. */
export function Player({ sources, title, fromSec: beginsAtSec, onTime, onPlays, onLost }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState({ ...FIRST_ATTEMPT, fromSec: beginsAtSec });
  const isLive = useConnection() === 'live';
  const source = sources[attempt.source];
  const { phase, fromSec } = attempt;

  const atSec = () => video.current?.currentTime || fromSec;
  const lose = () => setAttempt(afterLoss(attempt, sources.length, atSec()));
  const turn = () => setAttempt(turnedTo(attempt, sources.length, atSec()));
  const again = () => setAttempt(anew(attempt));
  const begin = () => {
    if (video.current && fromSec > 0) video.current.currentTime = fromSec;
    setAttempt({ ...attempt, phase: 'plays' });
    // Some browsers need a click first: the controls are visible.
    video.current?.play().catch(() => undefined);
  };
  const show = (next: Phase) => phase !== 'opening' && setAttempt({ ...attempt, phase: next });

  const timeoutMs = phaseTimeoutMs(attempt, sources.length);
  useDeadline(`${attempt.turn} ${phase}`, timeoutMs, lose);
  useWhenGone(phase === 'waits' && timeoutMs === null ? source?.url : undefined, lose);
  useOnChange(isLive, () => {
    if (isLive && phase === 'failed') again();
  });
  useOnChange(phase, () => {
    if (phase === 'plays') onPlays();
    if (phase === 'failed') onLost(fromSec);
  });

  if (!source || phase === 'failed') return <Failed fromSec={fromSec} again={again} />;
  return (
    <div className="player stack-2" data-phase={phase} data-from={source.from}>
      <video
        key={attempt.turn}
        ref={video}
        src={source.url}
        title={title}
        controls
        playsInline
        preload="metadata"
        onTimeUpdate={() => onTime(atSec())}
        onEnded={() => onTime(0)}
        onLoadedMetadata={begin}
        onError={lose}
        onWaiting={() => show('waits')}
        onPlaying={() => show('plays')}
      />
      <p className="player-note small" role="status">
        {noteOf(attempt, source)}
      </p>
      {sources.length > 1 && (
        <Button look="quiet" onClick={turn}>
          {INSTEAD_OF[source.from]}
        </Button>
      )}
    </div>
  );
}

const INSTEAD_OF = {
  provider: 'Play this host’s copy instead',
  host: 'Play the provider’s stream instead',
};

function noteOf({ phase, source, byHand }: Attempt, { url, from, isChecked }: PlayerSource): string {
  const { host } = new URL(url);
  const instead = source !== 0 && !byHand;
  if (phase === 'opening') return `Opening the video at ${host} …`;
  if (phase === 'waits') return `Waiting for ${host} …`;
  if (!isChecked) return `From the provider at ${host}. Not verified: nobody has compared it with the CID.`;
  if (from === 'provider') return `From the provider at ${host}.`;
  return instead ? "The provider's stream does not play; this is the host's copy." : "From this host's copy.";
}

function Failed({ fromSec, again }: { fromSec: number; again: () => void }) {
  const lost = fromSec > 0;
  return (
    <div className="player player-failed stack-2" data-phase="failed">
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

/** Calls back once `what` has stayed the same for `ms`; never if `ms` is null. */
function useDeadline(what: string, ms: number | null, onLate: () => void): void {
  const late = useEffectEvent(onLate);
  useEffect(() => {
    if (ms === null || what === '') return;
    const timer = setTimeout(() => late(), ms);
    return () => clearTimeout(timer);
  }, [what, ms]);
}

const POLL_MS = 4_000;

/** Polls `url`: a browser itself waits half a minute for a server that is gone. */
function useWhenGone(url: string | undefined, onGone: () => void): void {
  const gone = useEffectEvent(onGone);
  useEffect(() => {
    if (url === undefined) return;
    let left = false;
    const look = async () => {
      if (!(await reaches(url)) && !left) gone();
    };
    const timer = setInterval(() => void look(), POLL_MS);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [url]);
}

/** Calls back at first, and whenever the value is another one. */
function useOnChange(value: boolean | Phase, onChange: () => void): void {
  const notify = useEffectEvent(onChange);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value is what it is called for
  useEffect(() => notify(), [value]);
}
