import { getAddress, ZeroAddress } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../../lib/cid.ts';
import type { Code } from '../../problems/codes.ts';
import { PATTERN } from './patterns.ts';

/** Values that work, shown in the API documentation and in problems. The wallets are public test accounts. */
export const EXAMPLE = {
  cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  creator: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  provider: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  viewer: '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
  native: '0x0000000000000000000000000000000000000000',
  contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  hash: '0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b',
  time: '2023-07-31T12:00:00Z',
  uploadId: '3b241101-e2bb-4255-8caf-4136c566a962',
} as const;

/** An object with no other fields, under its own name in the API's document. */
export function namedObject<Shape extends z.ZodRawShape>(id: string, shape: Shape) {
  return z.strictObject(shape).meta({ id });
}

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

/** 32 bytes. @param refusal how it begins. @returns them in lower case. */
export function bytes32(code: Code, description: string, refusal: string) {
  return z
    .string()
    .regex(/^0x[0-9a-fA-F]{64}$/, `${refusal} 0x and 64 hex digits.`)
    .transform((text) => text.toLowerCase())
    .meta(documented(code, EXAMPLE.hash, description));
}

export const txHash = bytes32(
  'bad_tx_hash',
  'The transaction that paid for the view',
  'A transaction hash is',
);
export const contentId = bytes32('bad_content_id', "The listing's id on chain", 'The id of a content is');
export const channelId = bytes32('bad_channel_id', 'As logged by ChannelOpened', 'The id of a channel is');

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

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 140 ? `${text.slice(0, 140)}…` : text;
}
