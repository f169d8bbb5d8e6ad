import { setTimeout as delay } from 'node:timers/promises';
import { ReplyError } from 'ioredis';
import type { BaseLogger } from 'pino';
import { BaseError } from '../lib/errors.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import { connect, type RedisClient } from './client.ts';
import { RedisRefused, RedisUnavailable } from './errors.ts';

/**
 * A circuit breaker before Redis, for parts that work without it too. A command is answered soon or fails; after a
 * failure every command fails at once until Redis has answered a probe. Both ends of an outage stand in the log, once.
 */
export interface RedisBreaker {
  /** Host and port, without credentials. */
  readonly place: string;
  /**
   * One command whose first argument is its key.
   * @throws {RedisUnavailable}, {RedisRefused}
   */
  send(command: string, args: readonly [key: string, ...rest: (string | number)[]]): Promise<unknown>;
  /**
   * Runs a script in Lua, atomically; several keys must share one hash tag. Its text is sent along each time: scripts are
   * short, and a server that has just started knows none.
   * @throws {RedisUnavailable}, {RedisRefused}
   */
  run(
    script: string,
    keys: readonly [string, ...string[]],
    args: readonly (string | number)[],
  ): Promise<unknown>;
  close(): void;
}

export interface BreakerOptions {
  /** `redis://` or `rediss://`; several are nodes of one cluster. */
  urls: readonly string[];
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

/** How long a command may take. A request asks a few times at most, and waits for a dead server once. */
const COMMAND_TIMEOUT_MS = 200;
const PROBE_EVERY_MS = 500;
/** How long a start waits for the first connection. */
const CONNECT_TIMEOUT_MS = 1_000;

/** Resolves also where Redis is down: it is asked again and again. */
export async function openRedis({ urls, log }: BreakerOptions): Promise<RedisBreaker> {
  const client = connect(urls);
  const place = urls.map((url) => new URL(url).host).join(', ');
  let connectionError: Error | null = null;
  /** Why the circuit is open, and the key whose server is to be probed. */
  let outage: { error: RedisUnavailable; key: string } | null = null;
  let probing = false;
  client.on('ready', () => {
    connectionError = null;
  });
  client.on('error', (error) => {
    connectionError = error;
  });

  function giveUp(cause: unknown, key: string): RedisUnavailable {
    const error = new RedisUnavailable(rootOf(cause, client, connectionError));
    if (outage === null) log.warn({ reason: error.message, redis: place }, 'going on without Redis');
    outage = { error, key };
    return error;
  }

  async function ask(key: string, command: string, args: readonly (string | number)[]): Promise<unknown> {
    if (outage) throw outage.error;
    try {
      return await answered(client.call(command, [...args]));
    } catch (error) {
      if (isReply(error)) throw new RedisRefused(error);
      throw giveUp(error, key);
    }
  }

  async function probe(): Promise<void> {
    if (outage === null || probing) return;
    const { key } = outage;
    probing = true;
    try {
      await answered(client.call('EXISTS', [key]));
      outage = null;
      log.info({ redis: place }, 'Redis answers again');
    } catch (error) {
      giveUp(error, key);
    } finally {
      probing = false;
    }
  }

  await connected(client);
  if (client.status !== 'ready') giveUp(null, 'any');
  const timer = setInterval(() => void probe(), PROBE_EVERY_MS);

  return {
    place,
    send: (command, args) => ask(args[0], command, args),
    run: (script, keys, args) => ask(keys[0], 'EVAL', [script, keys.length, ...keys, ...args]),
    close() {
      clearInterval(timer);
      client.disconnect();
    },
  };
}

/** Resolves when there is a connection, or no sign that there will be one soon. */
async function connected(client: RedisClient): Promise<void> {
  const first = (event: 'ready' | 'error') =>
    new Promise<void>((resolve) => client.once(event, () => resolve()));
  const late = delay(CONNECT_TIMEOUT_MS, undefined, { ref: false });
  await Promise.race([first('ready'), first('error'), late]);
}

function isReply(error: unknown): error is Error {
  return error instanceof ReplyError;
}

/** That there is no connection says less than why there is none. */
function rootOf(cause: unknown, client: RedisClient, connectionError: Error | null): Error {
  if (isReply(cause) || (cause instanceof NoAnswer && client.status === 'ready')) return cause;
  return connectionError ?? new Error('there is no connection', { cause });
}

class NoAnswer extends BaseError {}

async function answered<T>(answer: Promise<T>): Promise<T> {
  return await withTimeout(
    COMMAND_TIMEOUT_MS,
    answer,
    () => new NoAnswer(`no answer within ${COMMAND_TIMEOUT_MS} ms`),
  );
}
