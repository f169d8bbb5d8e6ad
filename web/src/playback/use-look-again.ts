import { useEffect, useEffectEvent } from 'react';
import { type Interest, onChange } from '../api/changes.ts';
import { pauseWhileShown } from '../player/look-again.ts';
import { lookWhileAwaited } from './while-awaited.ts';

/** Looks again while something is awaited and the page is seen, and at once after a change that may have brought it. */
export function useLookAgain(isAwaited: boolean, on: Interest, look: () => Promise<unknown>): void {
  const again = useEffectEvent(look);
  const listen = useEffectEvent((listener: () => void) => onChange(on, listener));
  useEffect(() => {
    if (!isAwaited) return;
    const leaving = new AbortController();
    const lookNow = () => again();
    void lookWhileAwaited({ look: lookNow, pause: pauseWhileShown, leaving: leaving.signal });
    const ignore = listen(() => void again().catch(() => undefined));
    return () => {
      leaving.abort();
      ignore();
    };
  }, [isAwaited]);
}
