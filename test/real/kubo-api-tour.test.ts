import { expect } from 'chai';
import { describeTourCalls } from '../e2e/api-tour-calls.ts';
import { KuboProcess } from './kubo-node.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

describe('with media on Kubo and streams in Redis', () => {
  let node: KuboProcess;
  let redis: RedisServer;

  before(async () => {
    node = await KuboProcess.start();
    redis = await startRedis();
  });
  after(async () => {
    await node?.dispose();
    await redis?.close();
  });

  describeTourCalls('with Kubo and Redis', () => ({ IPFS_API_URL: node.url, REDIS_URL: redis.url }));

  describe('afterwards', () => {
    it('the node keeps the upload', async () => {
      expect(await node.pins()).to.include('bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u');
    });
  });
});
