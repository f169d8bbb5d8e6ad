import { z } from 'zod';
import { BaseError } from '../lib/errors.ts';
import { authConfig, authVariables } from './auth.ts';
import { chainConfig, chainVariables } from './chain.ts';
import { httpConfig, httpVariables } from './http.ts';
import { canPayForStorage, mediaConfig, mediaVariables } from './media.ts';
import { payoutConfig, payoutVariables } from './payouts.ts';
import { playbackConfig, playbackVariables } from './playback.ts';
import { redisConfig, redisVariables } from './redis.ts';
import { relayConfig, relayVariables } from './relay.ts';
import { uploadConfig, uploadVariables } from './uploads.ts';

/** The host's whole configuration: read once from the environment, frozen, passed down. */
export type Config = Readonly<z.infer<typeof schema>>;

/** Every key that is wrong, at once, so that a person fixes `.env` in one go. */
export class ConfigError extends BaseError {
  readonly problems: readonly string[];
  constructor(problems: string[]) {
    super(`Configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Every variable that a host reads. */
export const VARIABLES = {
  ...httpVariables,
  ...chainVariables,
  ...playbackVariables,
  ...relayVariables,
  ...authVariables,
  ...uploadVariables,
  ...mediaVariables,
  ...payoutVariables,
  ...redisVariables,
};

const schema = z
  .object(VARIABLES)
  .refine(canPayForStorage, {
    path: ['PRIVATEKEY'],
    message: 'is the key that pays for files on EthStorage (STORAGE): set it',
  })
  .transform((env) => ({
    ...httpConfig(env),
    ...chainConfig(env),
    ...playbackConfig(env),
    ...relayConfig(env),
    ...authConfig(env),
    ...uploadConfig(env),
    ...mediaConfig(env),
    ...payoutConfig(env),
    ...redisConfig(env),
  }));

/**
 * @param env such as `process.env`; a blank variable counts as unset.
 * @throws {ConfigError} naming every wrong key.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(set);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `${issue.path[0]?.toString() ?? '?'}: ${issue.message}`),
    );
  }
  return Object.freeze(result.data);
}
