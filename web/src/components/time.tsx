const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** How long ago or ahead; the exact time on hover. Beyond a month only the exact one helps. */
export function Time({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={absolute.format(new Date(iso))}>
      {timeText(iso, Date.now())}
    </time>
  );
}

export function timeText(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  const size = Math.abs(seconds);
  if (size > 30 * 86_400) return absolute.format(new Date(iso));
  const step = STEPS.find(([, length]) => size >= length);
  return step ? relative.format(Math.round(seconds / step[1]), step[0]) : 'just now';
}
