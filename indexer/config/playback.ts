import { z } from 'zod';
import { address, flag } from './values.ts';

export const playbackConfig = z
  .object({
    PROVIDER_WALLET: address.optional(),
    OPEN_GATEWAY: flag.default(false),
  })
  .transform((env) => ({
    /** Who earns by what this host serves; undefined: the operator. */
    providerWallet: env.PROVIDER_WALLET,
    /** Media that is sold is served without payment, too. */
    openGateway: env.OPEN_GATEWAY,
  }));
