import { z } from 'zod';
import type { Code } from '../../problems/codes.ts';
import { documented, refuse } from './fields.ts';

const MAX_UINT256 = 2n ** 256n - 1n;

/** A whole number of up to 256 bits, as decimal text or a number that is exact. */
export function uint256(code: Code, example: string, description: string) {
  return z
    .union([z.string().regex(/^\d{1,78}$/), z.int().nonnegative()], { error: `${description}.` })
    .transform((value, ctx) => {
      const number = BigInt(value);
      return number <= MAX_UINT256 ? number : refuse(ctx, 'The number has more than 256 bits.');
    })
    .meta(documented(code, example, description));
}

/** What a wallet adds to a call that it wants the host to submit. */
export const nonce = uint256('bad_nonce', '28947', 'As signed: decimal text, any number that is not used');
export const deadline = uint256('bad_deadline', '1795570351', 'As signed: Unix time in seconds');

/** @returns it with its 0x, which some libraries leave out. */
function hexSignature(minBytes: number, maxBytes: number) {
  const message = `A signature is ${minBytes} to ${maxBytes} bytes in hex.`;
  return z
    .string()
    .regex(new RegExp(`^(0x)?([0-9a-fA-F]{2}){${minBytes},${maxBytes}}$`), message)
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
