import { z } from 'zod';

const HEX = /^0x[0-9a-fA-F]*$/;
const MAX_CODE_BYTES = 128 * 1024;
const DELEGATION = /^0xef0100[0-9a-fA-F]{40}$/;

export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address');
export const code = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, 'must be bytes in hex')
  .refine((text) => text.length <= 2 + 2 * MAX_CODE_BYTES, `must be at most ${MAX_CODE_BYTES} bytes`)
  // Such code is no code; the simulated network takes only a delegation (EIP-7702) for it.
  .refine((text) => !/^0xef/i.test(text) || DELEGATION.test(text), 'must not begin with 0xef');

/** A number, or one in hex, as both are sent. */
export function quantity(min: bigint, max: bigint) {
  return z
    .union([z.int(), z.string().regex(HEX).min(3).max(66)], 'must be a number, in hex where it is text')
    .refine((given) => {
      // Also run for text that the pattern has refused already.
      if (typeof given === 'string' && !/^0x./.test(given)) return false;
      const value = BigInt(given);
      return min <= value && value <= max;
    }, `must be from ${min} to ${max}`);
}

/** More than there is of anything, and sums and products of it still fit into a word. */
export const amountWei = quantity(0n, 2n ** 128n - 1n);
const heldWei = amountWei.nullish();
/** Their product has to fit into 128 bits. */
const gas = quantity(0n, 2n ** 32n - 1n).nullish();
const offeredWei = quantity(0n, 2n ** 96n - 1n).nullish();

/**
 * A transaction to send or to try. What else it says the simulated network checks as any node would; but it ends,
 * and this process with it, where amounts overflow a word.
 */
export const transaction = z.looseObject({
  gas,
  gasLimit: gas,
  gasPrice: offeredWei,
  maxFeePerGas: offeredWei,
  maxPriorityFeePerGas: offeredWei,
  maxFeePerBlobGas: offeredWei,
  value: heldWei,
});

/** What an account shall be like while a call is tried. */
export const overrides = z.record(
  z.string(),
  z.looseObject({
    balance: heldWei,
    nonce: quantity(0n, 2n ** 64n - 2n).nullish(),
    code: code.nullish(),
  }),
);

/** The simulated network goes through all numbers of a range, also those of blocks that are not there: no end in sight. */
const place = z.union([quantity(0n, 20_000_000n), z.string().regex(/^[a-z]+$/, 'must be a tag')]).nullish();
export const logFilter = z.looseObject({ fromBlock: place, toBlock: place });
