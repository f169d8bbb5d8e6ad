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
  if (config.redisUrls.length === 0) return inMemory();
  const namespace = await namespaceOf(chain);
  const redis = await openRedis({ urls: config.redisUrls, log });
  const shared = { redis, namespace };
  const live = new FallbackLiveIndex({ index: new RedisLiveIndex(shared), store, log });
  const counters = createFallbackCounters(createRedisCounters(shared));
  return {
    live,
    counters,
    description: `streams and limits in Redis at ${redis.place} (REDIS_URL)`,
    async [Symbol.asyncDispose]() {
      // First: nothing that is under way waits for an answer then.
      redis.close();
      await Promise.all([live.close(), counters.close()]);
    },
  };
}

function inMemory(): OpenLive {
  const [live, counters] = [createMemoryLive(), createMemoryCounters()];
  return {
    live,
    counters,
    description: 'streams and limits in memory (REDIS_URL to share them among hosts)',
    async [Symbol.asyncDispose]() {
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
