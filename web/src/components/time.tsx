import { useSyncExternalStore } from 'react';
import { everyStep, exactTime, stepNow, timeText } from './when.ts';

/** A time as people say it, which goes on as the clock does; the exact one on hover. */
export function Time({ iso }: { iso: string }) {
  useSyncExternalStore(everyStep, stepNow);
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {timeText(iso, Date.now())}
    </time>
  );
}
