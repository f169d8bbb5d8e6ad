import { variables, whole } from './values.ts';

export const payoutConfig = variables({
  sponsorBatchGas: [
    'SPONSOR_BATCH_GAS',
    whole('an amount of gas')
      .min(100_000)
      .max(16_777_216, 'must be at most 16777216 (EIP-7825)')
      .default(16_777_216)
      .transform(BigInt),
  ],
});
