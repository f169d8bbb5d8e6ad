import { getAddress, ZeroAddress } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../../lib/cid.ts';
import { toBaseUnits } from '../../../lib/money.ts';
import { UNITS } from '../../../lib/unit.ts';
import type { Code } from '../../problems/codes.ts';
import { EXAMPLE } from './examples.ts';
import { PATTERN } from './patterns.ts';
import { invisibleIn, isBlank, unreadable } from './text.ts';

/** How one field of a request is read. `x-code` is the problem that any wrong value of it gives. */
export function documented(code: Code, example: unknown, description: string, more: Bounds = {}) {
  return { 'x-code': code, example, description, ...more };
}

/** What JSON Schema can say of a text that is read by more than a pattern. */
interface Bounds {
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
}

/** Refuses a value inside a transform; `example` where a better one is known than the field's own. */
export function refuse(
  ctx: z.RefinementCtx,
  message: string,
  params: { code?: Code; example?: unknown } = {},
): never {
  ctx.addIssue({ code: 'custom', message, params });
  return z.NEVER;
}

/** A content address as the client wrote it, and in the form under which it is looked up. */
export interface CidField {
  text: string;
  key: string;
}

export const cid = z
  .string()
  .transform((text, ctx): CidField => {
    const key = canonicalCid(text);
    if (key === null) return refuse(ctx, `${shown(text)} is neither an IPFS CID nor an EthStorage address.`);
    return { text, key };
  })
  .meta(
    documented('bad_cid', EXAMPLE.cid, 'IPFS CID (v0 or v1, any multibase) or EthStorage address', {
      pattern: PATTERN.cid,
    }),
  );

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** An address in lower case, upper case, or mixed case with a right checksum. @returns it checksummed. */
function address(example: string, description: string) {
  return z
    .string()
    .transform((text, ctx) => {
      if (!ADDRESS.test(text)) {
        return refuse(ctx, `${shown(text)} is not an Ethereum address (0x and 40 hex digits).`);
      }
      const right = getAddress(text.toLowerCase());
      const digits = text.slice(2);
      const oneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase();
      if (oneCase || text === right) return right;
      const message = `The checksum of ${text} is wrong: mistyped, or else it is ${right}.`;
      return refuse(ctx, message, { code: 'bad_checksum', example: right });
    })
    .meta(documented('bad_address', example, description, { pattern: ADDRESS.source }));
}

/** An address that somebody can hold: money for the zero address would be nobody's. @returns it checksummed. */
export function wallet(example: string, description: string) {
  return address(example, description)
    .refine((held) => held !== ZeroAddress, "The zero address is nobody's wallet.")
    .meta(documented('bad_address', example, description, { pattern: '^0x(?!0{40}$)[0-9a-fA-F]{40}$' }));
}

export const creator = wallet(EXAMPLE.creator, "The creator's wallet");
export const provider = wallet(EXAMPLE.provider, "The provider's wallet");
export const viewer = wallet(EXAMPLE.viewer, "The viewer's wallet");
export const contract = address(EXAMPLE.contract, 'The deployment it is listed at');
export const token = address(
  EXAMPLE.native,
  'ERC-20 token of the price; the zero address is the native coin',
);

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

/** 32 bytes. @returns them in lower case. */
export function bytes32(code: Code, description: string, refusal: string) {
  return z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, refusal)
    .transform((text) => text.toLowerCase())
    .meta(documented(code, EXAMPLE.hash, description));
}

export const txHash = bytes32(
  'bad_tx_hash',
  'The transaction that paid for the view',
  'A transaction hash is 0x and 64 hex digits.',
);
export const contentId = bytes32(
  'bad_content_id',
  "The listing's id on chain",
  'The id of a content is 0x and 64 hex digits.',
);
export const channelId = bytes32(
  'bad_channel_id',
  'As logged by ChannelOpened',
  'The id of a channel is 0x and 64 hex digits.',
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

export const limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'A limit is a whole number from 1 to 1000.')
  .transform(Number)
  .default(100)
  .meta({ ...documented('bad_limit', 100, 'Rows of a page'), type: 'integer', minimum: 1, maximum: 1000 });

const MAX_ROWS = 1_000;

/** For lists that were once answered whole: as long as any page, so that few clients ever meet a second one. */
export const longLimit = limit
  .removeDefault()
  .default(MAX_ROWS)
  .meta({ ...limit.meta(), example: MAX_ROWS });

export const cursor = z
  .string()
  .max(300, 'Not a cursor that a previous page returned.')
  .optional()
  .meta({ 'x-code': 'bad_cursor', description: '`next_cursor` of the page before' });

function refuseUnreadable(what: string, text: string, ctx: z.RefinementCtx, options = {}): void {
  const why = unreadable(text, options);
  if (why !== null) refuse(ctx, `${what} ${why}.`);
}

function isStreamUrl(text: string): boolean {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  return unreadable(text) === null && Buffer.byteLength(text) <= 2048;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 140 ? `${text.slice(0, 140)}…` : text;
}
