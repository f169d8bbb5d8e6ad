import { expect } from 'chai';
import { createFallbackCounters } from '../../indexer/counters/fallback.ts';
import { createRedisCounters } from '../../indexer/counters/redis.ts';
import { RedisLiveIndex } from '../../indexer/live/redis.ts';
import { openRedis, type RedisBreaker } from '../../indexer/redis/circuit-breaker.ts';
import { describeCounters } from '../indexer/counters/counters.suite.ts';
import { type LiveHost, liveHost } from '../indexer/live/live-host.ts';
import { ALICE, BOB } from '../indexer/live/samples.ts';
import { describeLiveIndex } from '../indexer/live/suite.ts';
import { silent } from '../indexer/sync/world.ts';
import { until } from '../until.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const SLOTS = 16_384;
const NODES = 3;

describe('a real Redis Cluster', () => {
  const nodes: RedisServer[] = [];
  const breakers: RedisBreaker[] = [];
  let unique = 0;
  before(async () => {
    for (let i = 0; i < NODES; i += 1) {
      nodes.push(await startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']));
    }
    await join(nodes);
    for (let i = 0; i < 2; i += 1) {
      breakers.push(await openRedis({ urls: nodes.map(({ url }) => url), log: silent }));
    }
  });
  after(async () => {
    for (const breaker of breakers) breaker.close();
    for (const node of nodes) await node.close();
  });
  beforeEach(() => {
    // Another namespace is another node, more often than not.
    unique += 1;
  });

  const options = (index: number) => {
    const redis = breakers[index];
    if (!redis) throw new Error('no such breaker');
    return { redis, namespace: `chain-${unique}` };
  };

  describeLiveIndex('a Redis Cluster', async () => new RedisLiveIndex(options(0)));
  describeCounters(
    'a Redis Cluster',
    async () => createRedisCounters(options(0)),
    async () => createRedisCounters(options(1)),
  );

  it('holds keys on every node', async () => {
    for (let i = 0; i < 30; i += 1) await createRedisCounters(options(0)).add(`key ${i}`, 1, 60_000);
    for (const node of nodes) expect(await node.ask((client) => client.dbsize())).to.be.above(0);
  });

  it('with a node that is gone: streams come from the records, counts go on', async () => {
    const { redis, namespace } = options(0);
    const hosts: LiveHost[] = [];
    try {
      // One index on each node at least.
      for (let i = 0; i < 9; i += 1) hosts.push(await liveHost(redis, `${namespace}-${i}`));
      for (const host of hosts) await host.register(ALICE);
      await nodes[0]?.kill();
      for (const host of hosts) {
        await host.register(BOB);
        expect(await host.providers()).to.deep.equal([ALICE, BOB]);
      }
      const counters = createFallbackCounters(createRedisCounters({ redis, namespace }));
      for (let i = 0; i < 30; i += 1) {
        expect((await counters.add(`other key ${i}`, 1, 60_000)).total).to.equal(1);
      }
      await nodes[0]?.start();
      for (const { live } of hosts) await well(live);
    } finally {
      for (const host of hosts) await host.close();
    }
  });
});

/** Shares the slots out and makes the nodes known to each other. */
async function join(nodes: readonly RedisServer[]): Promise<void> {
  const first = (index: number) => Math.floor((index * SLOTS) / nodes.length);
  for (const [index, node] of nodes.entries()) {
    await node.ask((client) =>
      client.call('CLUSTER', 'ADDSLOTSRANGE', String(first(index)), String(first(index + 1) - 1)),
    );
    const [seed] = nodes;
    if (seed && node !== seed) {
      await node.ask((client) => client.call('CLUSTER', 'MEET', '127.0.0.1', String(seed.port)));
    }
  }
  for (const node of nodes) {
    await until(
      'a cluster',
      async () => {
        const info = String(await node.ask((client) => client.call('CLUSTER', 'INFO')));
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
      },
      30_000,
    );
  }
}

const well = (part: { ping(): Promise<void> }) => {
  const answers = () =>
    part.ping().then(
      () => true,
      () => false,
    );
  return until('an answer', answers, 30_000);
};
