const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const MONTH_SEC = 30 * 86_400;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** The distance in time; beyond a month the exact time. */
export function timeText(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  const size = Math.abs(seconds);
  if (size > MONTH_SEC) return exactTime(iso);
  const step = STEPS.find(([, length]) => size >= length);
  if (!step) return seconds > 0 ? 'in less than a minute' : 'just now';
  return relative.format(Math.round(seconds / step[1]), step[0]);
}

export function exactTime(iso: string): string {
  return absolute.format(new Date(iso));
}

/** So often a time that is shown is looked at again. */
const STEP_MS = 20_000;

/** The step that it is now. */
export function stepNow(): number {
  return Math.floor(Date.now() / STEP_MS);
}

/** Calls at every step, until what it returns is called. */
export function everyStep(changed: () => void): () => void {
  const timer = setInterval(changed, STEP_MS);
  return () => clearInterval(timer);
}
