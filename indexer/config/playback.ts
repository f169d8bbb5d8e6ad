import { address, flag, type Values } from './values.ts';

export const playbackVariables = {
  PROVIDER_WALLET: address.optional(),
  OPEN_GATEWAY: flag.default(false),
};

export const playbackConfig = (env: Values<typeof playbackVariables>) => ({
  /** Who earns by what this host serves; undefined: the operator. */
  providerWallet: env.PROVIDER_WALLET,
  /** Media that is sold is served without payment, too. */
  openGateway: env.OPEN_GATEWAY,
});
