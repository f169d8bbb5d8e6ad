import { z } from 'zod';
import { documented, EXAMPLE, refuse } from './fields.ts';

const TIME = /^(\d{9,12}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)$/;
const TIME_WORDS = 'A time is one of ISO 8601, in UTC where it names no zone, or whole Unix seconds.';

/** @returns Unix seconds, fractions cut off. */
export const timestamp = z
  .union([z.string().regex(TIME), z.int().nonnegative()], { error: TIME_WORDS })
  .transform((value, ctx) => {
    const sec = typeof value === 'number' ? value : secondsIn(value);
    return sec >= 0 ? sec : refuse(ctx, TIME_WORDS);
  })
  .meta(
    documented(
      'bad_timestamp',
      EXAMPLE.time,
      'ISO 8601, in UTC where it names no zone, or whole Unix seconds',
    ),
  );

/** A day in UTC. @returns the second at which it begins. */
export function day(example: string, description: string) {
  return z
    .string()
    .transform((text, ctx) => {
      if (z.iso.date().safeParse(text).success) return Date.parse(`${text}T00:00:00Z`) / 1000;
      return refuse(ctx, 'A date is YYYY-MM-DD and exists in the calendar.');
    })
    .meta(documented('bad_date', example, description, { format: 'date' }));
}

/**
 * Python's `isoformat()` and SQLite name no zone, the latter with a space: they are taken as UTC. Fewer than nine digits are
 * rather a date than seconds.
 */
function secondsIn(text: string): number {
  if (/^\d{9,12}$/.test(text)) return Number(text);
  const iso = z.iso.datetime({ offset: true, local: true }).safeParse(text.replace(/^(\S{10}) /, '$1T'));
  if (!iso.success) return Number.NaN;
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(iso.data) ? iso.data : `${iso.data}Z`;
  return Math.floor(Date.parse(zoned) / 1000);
}
