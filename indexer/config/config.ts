import type { z } from 'zod';
import { errorWith } from '../lib/errors.ts';
import { authConfig } from './auth.ts';
import { chainConfig } from './chain.ts';
import { claimingConfig } from './claiming.ts';
import { httpConfig, rateLimitConfig } from './http.ts';
import { mediaConfig } from './media.ts';
import { payoutConfig } from './payouts.ts';
import { playbackConfig } from './playback.ts';
import { redisConfig } from './redis.ts';
import { relayConfig } from './relay.ts';
import { quotaConfig, uploadConfig } from './uploads.ts';

/** The host's whole configuration: read once from the environment, frozen, passed down. */
export type Config = Readonly<z.infer<typeof schema>>;

/** Every key that is wrong, at once, so that a person fixes `.env` in one go. */
export class ConfigError extends errorWith<{ problems: readonly string[] }>(
  ({ problems }) => `Configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`,
) {}

const schema = httpConfig
  .and(rateLimitConfig)
  .and(chainConfig)
  .and(playbackConfig)
  .and(relayConfig)
  .and(authConfig)
  .and(uploadConfig)
  .and(quotaConfig)
  .and(mediaConfig)
  .and(payoutConfig)
  .and(claimingConfig)
  .and(redisConfig);

/**
 * @param env such as `process.env`; a blank variable counts as unset.
 * @throws {ConfigError} naming every wrong key.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = schema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map(({ path: [name], message }) => `${String(name)}: ${message}`);
    throw new ConfigError({ problems: [...new Set(problems)] });
  }
  return Object.freeze(result.data);
}

/** What is said at a start, and not in .env: it is meant for that start alone. */
export interface StartOptions {
  takesOver: boolean;
}

/** @param args behind `npm start --`. @throws {ConfigError} */
export function startOptions(
  args: readonly string[],
  { rpcUrls, publicUrl }: Pick<Config, 'rpcUrls' | 'publicUrl'>,
): StartOptions {
  const unknown = args.filter((arg) => arg !== '--take-over');
  if (unknown.length > 0) {
    const problems = unknown.map((arg) => `${arg}: is no option of npm start, which has one: --take-over`);
    throw new ConfigError({ problems });
  }
  const takesOver = args.length > 0;
  if (takesOver && rpcUrls.length > 0 && publicUrl === undefined) {
    const why = 'moves all streams to PUBLIC_URL, which is not set: only this machine would reach them';
    throw new ConfigError({ problems: [`--take-over: ${why}`] });
  }
  return { takesOver };
}
