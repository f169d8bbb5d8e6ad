import { z } from 'zod';
import { address, gas, list, variables } from './values.ts';

/** Whose signed calls are submitted at the operator's expense, and how much gas they may take a day. */
export const relayConfig = variables({
  mode: ['RELAY', z.enum(['off', 'allowlist', 'open']).default('allowlist')],
  allowlist: ['RELAY_ALLOWLIST', list.pipe(z.array(address)).readonly().default([])],
  gasPerDay: ['RELAY_GAS_PER_DAY', gas.default(20_000_000n)],
  gasPerWallet: ['RELAY_GAS_PER_WALLET', gas.default(2_000_000n)],
  gasPerClient: ['RELAY_GAS_PER_IP', gas.default(4_000_000n)],
}).transform((relay) => ({ relay }));
