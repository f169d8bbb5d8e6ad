import { exactTime, timeText } from './when.ts';

/** A time as people say it; the exact one on hover. */
export function Time({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {timeText(iso, Date.now())}
    </time>
  );
}
