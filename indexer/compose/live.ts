import { createHash } from 'node:crypto';
import type { BaseLogger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Counters } from '../counters/counters.ts';
import { createFallbackCounters } from '../counters/fallback.ts';
import { createMemoryCounters } from '../counters/memory.ts';
import { createRedisCounters } from '../counters/redis.ts';
import { FallbackLiveIndex } from '../live/fallback.ts';
import type { StreamRecords } from '../live/from-store.ts';
import type { LiveIndex } from '../live/live.ts';
import { createMemoryLive } from '../live/memory.ts';
import { RedisLiveIndex } from '../live/redis.ts';
import { openRedis } from '../redis/circuit-breaker.ts';
import { LogSource } from '../sync/log-source.ts';
import type { OpenChain } from './chain/chain.ts';

/** What lives for a while: in this process's memory, or in Redis, shared with other hosts. */
export interface OpenLive extends AsyncDisposable {
  live: LiveIndex;
  counters: Counters;
  /** For the person who starts the host. */
  description: string;
}

export interface OpenLiveOptions {
  config: Pick<Config, 'redisUrls'>;
  chain: Pick<OpenChain, 'rpc' | 'deployments'>;
  store: StreamRecords;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

export async function openLive({ config, chain, store, log }: OpenLiveOptions): Promise<OpenLive> {
  if (config.redisUrls.length === 0) {
    const place = 'in memory (REDIS_URL to share them among hosts)';
    return opened(createMemoryLive(), createMemoryCounters(), place);
  }
  const namespace = await namespaceOf(chain);
  const redis = await openRedis({ urls: config.redisUrls, log });
  const shared = { redis, namespace };
  const live = new FallbackLiveIndex({ index: new RedisLiveIndex(shared), store, log });
  const counters = createFallbackCounters(createRedisCounters(shared));
  // Redis first: nothing that is under way waits for an answer then.
  return opened(live, counters, `in Redis at ${redis.place} (REDIS_URL)`, () => redis.close());
}

function opened(live: LiveIndex, counters: Counters, place: string, disconnect = () => {}): OpenLive {
  return {
    live,
    counters,
    description: `streams and limits ${place}`,
    async [Symbol.asyncDispose]() {
      disconnect();
      await Promise.all([live.close(), counters.close()]);
    },
  };
}

/** Hosts share what they keep in Redis if they follow the same contracts on the very same chain. */
async function namespaceOf({ rpc, deployments }: OpenLiveOptions['chain']): Promise<string> {
  const addresses = deployments.map(({ address }) => address.toLowerCase()).sort();
  const source = new LogSource({ rpc, addresses, topics: [] });
  const { chainId, genesisHash } = await source.identity();
  const digest = createHash('sha256')
    .update([genesisHash, ...addresses].join())
    .digest('hex');
  return `${chainId}-${digest.slice(0, 12)}`;
}
