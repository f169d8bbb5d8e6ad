import { z } from 'zod';
import { address, gas, isAddressText, list, variables } from './values.ts';

const MAX_DEPOSIT = 2n ** 128n - 1n;

/** `0xTOKEN:AMOUNT,…`. @returns by coin in lower case, in its base units; the zero address is the native coin. */
const minimums = list.transform((items, ctx): readonly (readonly [coin: string, amount: bigint])[] => {
  const read = items.map((item) => /^(0x[0-9a-fA-F]{40}):(\d{1,39})$/.exec(item) ?? ['']);
  const found = read.map(([, coin = '', digits = '0']) => [coin, BigInt(digits)] as const);
  const isRight = found.every(
    ([coin, amount]) => isAddressText(coin) && amount > 0n && amount <= MAX_DEPOSIT,
  );
  const lower = found.map(([coin, amount]) => [coin.toLowerCase(), amount] as const);
  if (isRight && new Map(lower).size === lower.length) return lower;
  const message = 'must name each coin once, as 0xTOKEN:AMOUNT in base units, comma-separated';
  ctx.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Whose signed calls are submitted at the operator's expense, and how much gas they may take a day. */
export const relayConfig = variables({
  mode: ['RELAY', z.enum(['off', 'allowlist', 'open']).default('allowlist')],
  allowlist: ['RELAY_ALLOWLIST', list.pipe(z.array(address)).readonly().default([])],
  gasPerDay: ['RELAY_GAS_PER_DAY', gas.default(20_000_000n)],
  gasPerWallet: ['RELAY_GAS_PER_WALLET', gas.default(2_000_000n)],
  gasPerClient: ['RELAY_GAS_PER_IP', gas.default(4_000_000n)],
  depositMin: ['RELAY_DEPOSIT_MIN', minimums.default([])],
}).transform((relay) => ({ relay }));
