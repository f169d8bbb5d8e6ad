import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** What both kinds of client can do, and all that the circuit breaker uses. */
export interface RedisClient {
  readonly status: string;
  call(command: string, args: (string | number)[]): Promise<unknown>;
  on(event: 'ready' | 'error', listener: (error: Error) => void): unknown;
  once(event: 'ready' | 'error', listener: (error: Error) => void): unknown;
  disconnect(): void;
}

const RECONNECT = { firstMs: 100, maxMs: 2_000 };
/** A connection that owes an answer for so long is dead: whoever was at its other end may be gone without a word. */
const SILENCE_MS = 1_500;

/** @param urls one: that server; several: nodes of one cluster, with the credentials of the first. */
export function connect(urls: readonly string[]): RedisClient {
  const [first = '', ...others] = urls;
  if (others.length === 0) return new Redis(first, { ...OPTIONS, enableOfflineQueue: false, retryStrategy });
  const { protocol, username, password } = new URL(first);
  return new Cluster(
    urls.map((url) => {
      const { hostname, port } = new URL(url);
      return { host: hostname, port: Number(port || 6_379) };
    }),
    {
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy,
      redisOptions: {
        ...OPTIONS,
        ...(username && { username: decodeURIComponent(username) }),
        ...(password && { password: decodeURIComponent(password) }),
        ...(protocol === 'rediss:' && { tls: {} }),
      },
    },
  );
}

/**
 * Nothing waits for a server that is not there, and nothing is sent a second time: what a caller has given up must
 * not be done later.
 */
const OPTIONS = {
  connectionName: 'stream-host',
  connectTimeout: SILENCE_MS,
  socketTimeout: SILENCE_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // After a failover the old master is a replica: look where the name leads now.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
} satisfies RedisOptions;

/** Doubling, capped, with jitter: hosts that lost one server together don't come back all at once. */
function retryStrategy(times: number): number {
  const backoff = Math.min(RECONNECT.firstMs * 2 ** (times - 1), RECONNECT.maxMs);
  return backoff * (0.5 + Math.random() / 2);
}
