import { address, flag, variables } from './values.ts';

export const playbackConfig = variables({
  /** Who earns by what this host serves; undefined: the operator. */
  providerWallet: ['PROVIDER_WALLET', address.optional()],
  /** Media that is sold is served without payment, too. */
  openGateway: ['OPEN_GATEWAY', flag.default(false)],
});
