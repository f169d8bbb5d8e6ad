import { z } from 'zod';
import { toBaseUnits } from '../../../lib/money.ts';
import { UNITS } from '../../../lib/unit.ts';
import { documented, refuse } from './fields.ts';
import { PATTERN } from './patterns.ts';
import { invisibleIn, isBlank, unreadable } from './text.ts';

const SHARE = /^0*(100(\.0+)?|\d{1,2}(\.\d{1,2}0*)?)$/;
const SHARE_WORDS = 'A share is a percentage from 0 to 100 with at most two decimals.';

/** A percentage as text or number. @returns basis points. */
export function share(example: number, description: string) {
  return z
    .union([z.number().min(0).max(100), z.string().regex(SHARE)], { error: SHARE_WORDS })
    .transform((value, ctx) => {
      const bps = toBaseUnits(value, 2);
      if (bps !== null && bps <= 10_000n) return Number(bps);
      return refuse(ctx, SHARE_WORDS);
    })
    .meta(documented('bad_share', example, description));
}

const DECIMAL = /^\d{1,60}(\.\d{1,60})?$/;
const PRICE_WORDS = 'A price is a plain decimal such as 0.001, as text or as a number.';

/** A decimal amount of the coin's unit. @returns it as it came: how many decimals fit is the coin's business. */
export function amount(example: string, description: string) {
  return z
    .union([z.string().regex(DECIMAL), z.number().min(0)], { error: PRICE_WORDS })
    .refine((value) => toBaseUnits(value, 60) !== null, PRICE_WORDS)
    .meta(documented('bad_price', example, description));
}

export const price = amount(
  '0.001',
  "Price of one unit in the coin's unit, as decimal text or number; 0 is free",
);

export const unit = z
  .enum(UNITS, 'A unit is view, minute or day.')
  .meta(
    documented(
      'bad_unit',
      'view',
      "What the price is for; by default as it is in force, else a view. A clear file's minutes can't be sold (`minute_not_sold`)",
    ),
  );

export const serve = z.boolean().meta({
  description:
    'true: this host serves it, too. Its stream is registered for the wallet that the host serves for, as soon as the content is published, at the gas of its operator',
  example: true,
});

export const videoName = z
  .string()
  .superRefine((text, ctx) => refuseUnreadable('A name', text, ctx))
  .refine((text) => !isBlank(text), 'A name has something to be seen.')
  .refine((text) => Buffer.byteLength(text) <= 256, 'A name has at most 256 bytes.')
  .meta(
    documented('bad_video_name', 'Sample Video', 'Title, 1 to 256 bytes of text that can be read', {
      pattern: PATTERN.name,
      maxLength: 256,
    }),
  );

/** One line for people, of which something is seen. */
export function readableText(description: string, example: string, { maxBytes }: { maxBytes: number }) {
  return z
    .string()
    .superRefine((text, ctx) => refuseUnreadable('The text', text, ctx))
    .refine((text) => !isBlank(text), 'The text has something to be seen.')
    .refine((text) => Buffer.byteLength(text) <= maxBytes, `The text has at most ${maxBytes} bytes.`)
    .meta(documented('invalid_field', example, description, { pattern: PATTERN.name, maxLength: maxBytes }));
}

export const streamUrl = z
  .string()
  .superRefine((text, ctx) => {
    const invisible = invisibleIn(text);
    if (invisible !== null) refuse(ctx, `A URL holds no ${invisible}: percent-encode it, or leave it out.`);
  })
  .refine(isStreamUrl, 'A stream is at an http(s) URL of at most 2048 bytes, without user name and password.')
  .meta(
    documented('bad_url', 'http://localhost:9000/stream', 'Where the provider serves it, http or https', {
      pattern: PATTERN.httpUrl,
      maxLength: 2_048,
    }),
  );

export const metadata = z
  .string()
  .superRefine((text, ctx) => refuseUnreadable('Metadata', text, ctx, { lines: true }))
  .refine((text) => Buffer.byteLength(text) <= 4096, 'Metadata has at most 4096 bytes.')
  .meta(
    documented('bad_metadata', '', 'Anything else, at most 4096 bytes; stands in the event on chain', {
      pattern: PATTERN.lines,
      maxLength: 4_096,
    }),
  );

function refuseUnreadable(what: string, text: string, ctx: z.RefinementCtx, options = {}): void {
  const why = unreadable(text, options);
  if (why !== null) refuse(ctx, `${what} ${why}.`);
}

function isStreamUrl(text: string): boolean {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return unreadable(text) === null && Buffer.byteLength(text) <= 2048;
}
