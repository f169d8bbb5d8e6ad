import { createRedisLive } from '../../indexer/live/redis.ts';
import { createRedisTallies } from '../../indexer/live/tallies-redis.ts';
import { openRedis, type RedisDoor } from '../../indexer/redis/door.ts';
import { silent } from '../indexer/chain/world.ts';
import { describeLiveIndex } from '../indexer/live/suite.ts';
import { describeTallies } from '../indexer/live/tallies.suite.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

describe('a real Redis', () => {
  let server: RedisServer;
  let redis: RedisDoor;
  let another: RedisDoor;
  before(async () => {
    server = await startRedis();
    redis = await openRedis({ urls: [server.url], log: silent });
    another = await openRedis({ urls: [server.url], log: silent });
  });
  after(async () => {
    redis?.close();
    another?.close();
    await server?.close();
  });
  beforeEach(() => server.ask((client) => client.flushall()));

  describeLiveIndex('Redis', async () => createRedisLive({ redis, namespace: 'suite' }));
  describeTallies(
    'Redis',
    async () => createRedisTallies({ redis, namespace: 'suite' }),
    async () => createRedisTallies({ redis: another, namespace: 'suite' }),
  );
});
