import { createHash } from 'node:crypto';
import type { BaseLogger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Counters } from '../counters/counters.ts';
import { createFallbackCounters } from '../counters/fallback.ts';
import { createMemoryCounters } from '../counters/memory.ts';
import { createRedisCounters } from '../counters/redis.ts';
import { FallbackLiveIndex } from '../live/fallback.ts';
import type { LiveIndex, LiveStreams } from '../live/live.ts';
import { createRecordsLive, type StreamRecords } from '../live/records.ts';
import { RedisLiveIndex } from '../live/redis.ts';
import { LogSource } from '../sync/log-source.ts';
import type { OpenChain } from './chain/chain.ts';

/** What lives for a while: of this host alone, or in Redis, shared with other hosts. */
export interface OpenLive {
  live: LiveStreams;
  /** The same, where the indexer has to keep it. */
  index?: LiveIndex;
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

/** @param parts takes what is to be closed. */
export async function openLive(
  { config, chain, store, log }: OpenLiveOptions,
  parts: AsyncDisposableStack,
): Promise<OpenLive> {
  if (config.redisUrls.length === 0) {
    const description = 'streams in the records, limits in memory (REDIS_URL to share them)';
    return { live: createRecordsLive(store), counters: createMemoryCounters(), description };
  }
  const namespace = await namespaceOf(chain);
  // Its client is loaded by hosts that use it alone: the others start sooner.
  const { openRedis } = await import('../redis/circuit-breaker.ts');
  const redis = await openRedis({ urls: config.redisUrls, log });
  const shared = { redis, namespace };
  const index = new FallbackLiveIndex({ index: new RedisLiveIndex(shared), store, log });
  parts.defer(() => index.close());
  // Closed first: nothing that is under way waits for an answer then.
  parts.defer(() => redis.close());
  return {
    live: index,
    index,
    counters: createFallbackCounters(createRedisCounters(shared)),
    description: `streams and limits in Redis at ${redis.place} (REDIS_URL)`,
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
