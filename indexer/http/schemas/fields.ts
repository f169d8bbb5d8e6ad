import { getAddress, ZeroAddress } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../cid.ts';
import { toBaseUnits } from '../../money.ts';
import type { Code } from '../codes.ts';
import { EXAMPLE } from './examples.ts';
import { invisibleIn, isBlank, unreadable } from './text.ts';

/** How one field of a request is read. `x-code` is the problem that any wrong value of it gives. */
export function documented(code: Code, example: unknown, description: string) {
  return { 'x-code': code, example, description };
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
  .meta(documented('bad_cid', EXAMPLE.cid, 'IPFS CID (v0 or v1, any multibase) or EthStorage address'));

/** An address in lower case, upper case, or mixed case with a right checksum. @returns it checksummed. */
function address(example: string, description: string) {
  return z
    .string()
    .transform((text, ctx) => {
      if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
        return refuse(ctx, `${shown(text)} is not an Ethereum address (0x and 40 hex digits).`);
      }
      const right = getAddress(text.toLowerCase());
      const digits = text.slice(2);
      const oneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase();
      if (oneCase || text === right) return right;
      const message = `The checksum of ${text} is wrong: mistyped, or else it is ${right}.`;
      return refuse(ctx, message, { code: 'bad_checksum', example: right });
    })
    .meta(documented('bad_address', example, description));
}

/** An address that somebody can hold: money for the zero address would be nobody's. @returns it checksummed. */
export function wallet(example: string, description: string) {
  return address(example, description)
    .refine((held) => held !== ZeroAddress, "The zero address is nobody's wallet.")
    .meta(documented('bad_address', example, description));
}

export const creator = wallet(EXAMPLE.creator, "The creator's wallet");
export const provider = wallet(EXAMPLE.provider, "The provider's wallet");
export const viewer = wallet(EXAMPLE.viewer, "The viewer's wallet");
export const token = address(
  EXAMPLE.native,
  'ERC-20 token of the price; the zero address is the native coin',
);

/** A percentage as text or number. @returns basis points. */
export function share(example: number, description: string) {
  return z
    .union([z.number(), z.string()], { error: 'A share is a number from 0 to 100.' })
    .transform((value, ctx) => {
      const bps = toBaseUnits(value, 2);
      if (bps !== null && bps <= 10_000n) return Number(bps);
      return refuse(ctx, 'A share is a percentage from 0 to 100 with at most two decimals.');
    })
    .meta(documented('bad_share', example, description));
}

/** A decimal amount of the coin's unit. @returns it as it came: how many decimals fit is the coin's business. */
export function amount(example: string, description: string) {
  return z
    .union([z.string(), z.number()], { error: 'A price is decimal text or a number.' })
    .refine((value) => toBaseUnits(value, 60) !== null, 'A price is a plain decimal such as 0.001.')
    .meta(documented('bad_price', example, description));
}

export const price = amount('0.001', "Price of one view in the coin's unit, as decimal text or number");

export const videoName = z
  .string()
  .superRefine((text, ctx) => refuseUnreadable('A name', text, ctx))
  .refine((text) => !isBlank(text), 'A name has something to be seen.')
  .refine((text) => Buffer.byteLength(text) <= 256, 'A name has at most 256 bytes.')
  .meta(documented('bad_video_name', 'Sample Video', 'Title, 1 to 256 bytes of text that can be read'));

export const streamUrl = z
  .string()
  .superRefine((text, ctx) => {
    const invisible = invisibleIn(text);
    if (invisible !== null) refuse(ctx, `A URL holds no ${invisible}: percent-encode it, or leave it out.`);
  })
  .refine(isStreamUrl, 'A stream is at an http(s) URL of at most 2048 bytes, without user name and password.')
  .meta(documented('bad_url', 'http://localhost:9000/stream', 'Where the provider serves it, http or https'));

/** @returns Unix seconds, fractions cut off. */
export const timestamp = z
  .union([z.string(), z.number()], { error: 'A time is ISO 8601 text, or Unix seconds.' })
  .transform((value, ctx) => {
    const sec = typeof value === 'number' ? value : secondsIn(value);
    if (Number.isSafeInteger(sec) && sec >= 0) return sec;
    return refuse(ctx, `${shown(value)} is neither an ISO 8601 time nor whole Unix seconds.`);
  })
  .meta(
    documented(
      'bad_timestamp',
      EXAMPLE.time,
      'ISO 8601, in UTC where it names no zone, or whole Unix seconds',
    ),
  );

export const txHash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'A transaction hash is 0x and 64 hex digits.')
  .transform((text) => text.toLowerCase())
  .meta(documented('bad_tx_hash', EXAMPLE.hash, 'The transaction that paid for the view'));

const MOST_UINT256 = 2n ** 256n - 1n;

/** A whole number of up to 256 bits, as decimal text or a number that is exact. */
function uint256(code: Code, example: string, description: string) {
  return z
    .union([z.string().regex(/^\d{1,78}$/), z.int().nonnegative()], { error: `${description}.` })
    .transform((value, ctx) => {
      const number = BigInt(value);
      return number <= MOST_UINT256 ? number : refuse(ctx, 'The number has more than 256 bits.');
    })
    .meta(documented(code, example, description));
}

/** What a wallet adds to a call that it wants the host to submit. */
export const nonce = uint256('bad_nonce', '28947', 'As signed: decimal text, any number that is not used');
export const deadline = uint256('bad_deadline', '1795570351', 'As signed: Unix time in seconds');
/** @returns it with its 0x, which some libraries leave out. */
function hexSignature(leastBytes: number, mostBytes: number) {
  const message = `A signature is ${leastBytes} to ${mostBytes} bytes in hex.`;
  return z
    .string()
    .regex(new RegExp(`^(0x)?([0-9a-fA-F]{2}){${leastBytes},${mostBytes}}$`), message)
    .transform((text) => (text.startsWith('0x') ? text : `0x${text}`));
}

export const signature = hexSignature(64, 4_096).meta(
  documented(
    'bad_signature',
    `0x${'5a'.repeat(65)}`,
    'Over the typed data, by the key (64 or 65 bytes) or a smart wallet (ERC-1271)',
  ),
);
/** A multi-signature wallet's holds those of all its owners. */
export const messageSignature = hexSignature(1, 8_192).meta(
  documented(
    'bad_signature',
    `0x${'5a'.repeat(65)}`,
    'Of the message (EIP-191), by the key (64 or 65 bytes) or as its contract takes it (ERC-1271)',
  ),
);

export const metadata = z
  .string()
  .superRefine((text, ctx) => refuseUnreadable('Metadata', text, ctx, { lines: true }))
  .refine((text) => Buffer.byteLength(text) <= 4096, 'Metadata has at most 4096 bytes.')
  .meta(documented('bad_metadata', '', 'Anything else, at most 4096 bytes; stands in the event on chain'));

/** A day in UTC. @returns the second at which it begins. */
export function day(example: string, description: string) {
  return z
    .string()
    .transform((text, ctx) => {
      if (z.iso.date().safeParse(text).success) return Date.parse(`${text}T00:00:00Z`) / 1000;
      return refuse(ctx, 'A date is YYYY-MM-DD and exists in the calendar.');
    })
    .meta(documented('bad_date', example, description));
}

export const limit = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'A limit is a whole number from 1 to 1000.')
  .transform(Number)
  .default(100)
  .meta({ ...documented('bad_limit', 100, 'Rows of a page'), type: 'integer', minimum: 1, maximum: 1000 });

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
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return false;
  return unreadable(text) === null && Buffer.byteLength(text) <= 2048;
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

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 140 ? `${text.slice(0, 140)}…` : text;
}
