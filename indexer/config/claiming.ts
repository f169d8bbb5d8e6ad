import { getAddress, isAddress, ZeroAddress } from 'ethers';
import { z } from 'zod';
import { hours, inSeconds, list, variables, whole } from './values.ts';

const AMOUNT = /^\d{1,60}(\.\d{1,36})?$/;

/** When vouchers are claimed, which pay this host's provider for what it has sold. */
export const claimingConfig = variables({
  /** By the running host, or only by `npm run claim`. */
  claimMode: ['CLAIM', z.enum(['auto', 'off']).default('auto')],
  /** In the native coin a voucher is claimed once it comes to so many times the gas. */
  claimGasFactor: ['CLAIM_GAS_FACTOR', whole('a number').min(1).max(10_000).default(10).transform(BigInt)],
  /** In a token, once it comes to so much: the token's address and decimal text in its unit. */
  claimMin: ['CLAIM_MIN', list.default([]).transform(readAmounts)],
  /** Whatever it comes to, once it is so old. */
  claimAfterSec: ['CLAIM_AFTER_HOURS', hours.default(24).transform(inSeconds)],
  claimBatchGas: [
    'CLAIM_BATCH_GAS',
    whole('an amount of gas')
      .min(150_000)
      .max(16_777_216, 'must be at most 16777216 (EIP-7825)')
      .default(16_777_216)
      .transform(BigInt),
  ],
});

type LeastAmount = readonly [token: string, amount: string];

function readAmounts(pairs: string[], ctx: z.RefinementCtx): readonly LeastAmount[] {
  return pairs.map((pair): LeastAmount => {
    const [token = '', amount = '', ...more] = pair.split('=');
    const isRead = isAddress(token) && token !== ZeroAddress && AMOUNT.test(amount) && more.length === 0;
    if (isRead) return [getAddress(token).toLowerCase(), amount];
    ctx.addIssue({ code: 'custom', message: 'must be tokens and amounts, ADDRESS=0.5, comma-separated' });
    return z.NEVER;
  });
}
