import { z } from 'zod';
import { address, gas, list } from './values.ts';

export const relayConfig = z
  .object({
    RELAY: z.enum(['off', 'allowlist', 'open']).default('allowlist'),
    RELAY_ALLOWLIST: list.pipe(z.array(address)).readonly().default([]),
    RELAY_GAS_PER_DAY: gas.default(20_000_000n),
    RELAY_GAS_PER_WALLET: gas.default(2_000_000n),
    RELAY_GAS_PER_IP: gas.default(4_000_000n),
  })
  .transform((env) => ({
    /** Whose signed calls are submitted at the operator's expense, and how much gas they may take a day. */
    relay: {
      mode: env.RELAY,
      allowlist: env.RELAY_ALLOWLIST,
      gasPerDay: env.RELAY_GAS_PER_DAY,
      gasPerWallet: env.RELAY_GAS_PER_WALLET,
      gasPerClient: env.RELAY_GAS_PER_IP,
    },
  }));
