const DAY_SEC = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Rows of a page are of few days. */
const last = { day: Number.NaN, date: '' };

/** Whole seconds since 1970 as RFC 3339 writes them, in UTC. */
export function isoTime(sec: number): string {
  const day = Math.floor(sec / DAY_SEC);
  if (day !== last.day) {
    last.date = new Date(day * DAY_SEC * 1000).toISOString().slice(0, -'00:00:00.000Z'.length);
    last.day = day;
  }
  const ofDay = Math.floor(sec - day * DAY_SEC);
  const [hour, minute] = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60];
  return `${last.date}${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[ofDay % 60]}Z`;
}
