import { z } from 'zod';
import { address, count, flag, variables, whole } from './values.ts';

const key = z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 32 bytes as 64 hex digits: openssl rand -hex 32');

export const playbackConfig = variables({
  /** Who earns by what this host serves; undefined: the operator. */
  providerWallet: ['PROVIDER_WALLET', address.optional()],
  /** 32 bytes in hex; undefined: those in a file of their own. */
  keysSecret: ['KEYS_SECRET', key.optional()],
  /** What secrets are sealed under until this start. */
  keysSecretOld: ['KEYS_SECRET_OLD', key.optional()],
  /** Whether providers that creators have granted it get keys from here. */
  keyGrants: ['KEY_GRANTS', z.enum(['signed', 'off']).default('signed')],
  /** So many units are sold for a deposit that is not final yet. */
  unconfirmedUnits: ['UNCONFIRMED_UNITS', count('units').default(5)],
  /** Media that is sold is served without payment, too. */
  openGateway: ['OPEN_GATEWAY', flag.default(false)],
  /** Whether registered streams are looked at; undefined: but for the development chain's. */
  probes: ['PROBES', z.enum(['on', 'off', 'private'], 'must be on, off or private').optional()],
  /** Each about once in so long. */
  probeEverySec: [
    'PROBE_EVERY_MINUTES',
    whole('a number of minutes')
      .min(1)
      .max(1_440)
      .default(60)
      .transform((minutes) => 60 * minutes),
  ],
  /** So many at most. */
  probesPerMinute: ['PROBES_PER_MINUTE', whole('a number of streams').min(1).max(60).default(20)],
});
