import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useConnection } from '../api/live.ts';
import {
  afterLook,
  afterLoss,
  afterRefusal,
  afterSeek,
  afterSpoilt,
  afterStall,
  anew,
  FIRST_ATTEMPT,
  type Phase,
  phaseTimeoutMs,
  turnedTo,
} from './attempt.ts';
import { reaches } from './probe.ts';
import type { PlayerSource } from './sources.ts';

export interface AttemptProps {
  sources: readonly PlayerSource[];
  /** Read once, at the start. */
  beginsAtSec: () => number;
  /** Called with the position, and whether there is a picture of it; at the end with 0 alone. */
  onTime: (atSec: number, isShown: boolean) => void;
  onPlays: () => void;
  /** Called when the provider gives no key for what comes next. */
  onLocked: () => void;
  /** Called when all sources have failed. */
  onLost: (atSec: number) => void;
  /** Called at first, and whenever it begins or ends that a provider is waited for. */
  onAway: (isAway: boolean) => void;
}

/** Plays the first source that works; after a lost connection the next one, from the same second. */
export function useAttempt(video: RefObject<HTMLVideoElement | null>, props: AttemptProps) {
  const { sources, beginsAtSec, onTime, onPlays, onLocked, onLost, onAway } = props;
  const [attempt, setAttempt] = useState(() => ({ ...FIRST_ATTEMPT, fromSec: beginsAtSec() }));
  const isLive = useConnection() === 'live';
  const source = sources[attempt.source];
  const { phase, fromSec } = attempt;

  const atSec = () => video.current?.currentTime || fromSec;
  // Two reports of one loss are one.
  const lose = () => setAttempt(afterLoss(attempt, sources.length, atSec()));
  const spoil = () => setAttempt(afterSpoilt(attempt, sources.length, atSec()));
  const again = () => setAttempt(anew(attempt));
  const events = {
    ...positionEvents(video, atSec, onTime),
    onLoadedMetadata() {
      if (video.current && fromSec > 0) video.current.currentTime = fromSec;
      setAttempt((last) => (last.phase === 'opening' ? { ...last, phase: 'plays' } : last));
      // Some browsers need a click first: the controls are visible.
      video.current?.play().catch(() => undefined);
    },
    // What a browser fetches by itself may as well be refused or away.
    onError: () => (video.current?.src.startsWith('blob:') ? spoil() : lose()),
    onSeeking: () => setAttempt(afterSeek),
    onWaiting() {
      const isEnd = isAtEndOf(source, atSec());
      setAttempt((last) => afterStall(isEnd ? afterRefusal(last) : last));
    },
    onPlaying: () => setAttempt((last) => (last.phase === 'opening' ? last : { ...last, phase: 'plays' })),
  };

  // A deposit takes as long as the chain does, and what is paid to one provider opens nothing at another.
  const isPatient = source?.attach !== undefined;
  const timeoutMs = isPatient ? null : phaseTimeoutMs(attempt, sources.length);
  useDeadline(`${attempt.turn} ${phase}`, timeoutMs, lose);
  const isLooked = timeoutMs === null && (phase === 'waits' || phase === 'away');
  useLook(isLooked ? source?.url : undefined, (answers) => {
    if (isPatient) setAttempt((last) => afterLook(last, answers));
    else if (!answers) lose();
  });
  useWhenBack(phase === 'failed' && !attempt.isSpoilt ? source?.url : undefined, again);
  useOnChange(phase === 'away', () => onAway(phase === 'away'));
  useOnChange(isLive, () => {
    if (isLive && phase === 'failed' && !attempt.isSpoilt) again();
  });
  useOnChange(phase, () => {
    if (phase === 'plays') onPlays();
    if (phase === 'failed' && !attempt.isSpoilt) onLost(fromSec);
  });

  return {
    ...{ attempt, source, events, lose, again },
    turn: () => setAttempt(turnedTo(attempt, sources.length, atSec())),
    spoil,
    lock() {
      setAttempt(afterRefusal);
      onLocked();
    },
  };
}

/** Tells the position, and whether there is a picture of it: what was gone to may not be open. */
function positionEvents(
  video: RefObject<HTMLVideoElement | null>,
  atSec: () => number,
  onTime: AttemptProps['onTime'],
) {
  const tell = () => !video.current?.ended && onTime(atSec(), video.current?.seeking === false);
  return { onTimeUpdate: tell, onSeeked: tell, onEnded: () => onTime(0, true) };
}

/** Whether what is free of a source ends there; a key that nobody pays yet is not even asked for. */
function isAtEndOf(source: PlayerSource | undefined, atSec: number): boolean {
  return source?.attach !== undefined && source.isPreview && atSec > (source.previewSec ?? 0) - 1;
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

/** Looks now and then whether anybody answers: a browser itself waits half a minute for a server that is gone. */
function useLook(url: string | undefined, onLook: (answers: boolean) => void): void {
  const looked = useEffectEvent(onLook);
  useEffect(() => {
    if (url === undefined) return;
    let left = false;
    const look = async () => {
      const answers = await reaches(url);
      if (!left) looked(answers);
    };
    const timer = setInterval(() => void look(), POLL_MS);
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [url]);
}

/** Calls back once somebody answers who did not before: one who answers and plays nothing is not tried again and again. */
function useWhenBack(url: string | undefined, onBack: () => void): void {
  const wasAway = useRef(false);
  useLook(url, (answers) => {
    if (answers && wasAway.current) onBack();
    wasAway.current = !answers;
  });
}

/** Calls back at first, and whenever the value is another one. */
function useOnChange(value: boolean | Phase, onChange: () => void): void {
  const notify = useEffectEvent(onChange);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new value is what it is called for
  useEffect(() => notify(), [value]);
}
