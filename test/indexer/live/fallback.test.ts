import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import type { Counters } from '../../../indexer/counters/counters.ts';
import { createFallbackCounters } from '../../../indexer/counters/fallback.ts';
import { createRedisCounters } from '../../../indexer/counters/redis.ts';
import { openRedis, type RedisBreaker } from '../../../indexer/redis/circuit-breaker.ts';
import { Degraded, RedisUnavailable } from '../../../indexer/redis/errors.ts';
import { describeCounters } from '../counters/counters.suite.ts';
import { type LiveHost, liveHost } from './live-host.ts';
import { ALICE, BOB } from './samples.ts';

/** Servers that are no Redis, in the two ways in which a Redis is gone. */
const GONE = {
  'refuses connections': async (server: Server) => void (await closed(server)),
  'takes connections and never answers': async () => undefined,
};

for (const [how, prepare] of Object.entries(GONE)) {
  describe(`where Redis ${how}`, () => {
    const connections = new Set<Socket>();
    const logged: string[] = [];
    let server: Server;
    let redis: RedisBreaker;
    let counters: Counters;
    let host: LiveHost;

    before(async () => {
      server = createServer((socket) => connections.add(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `redis://:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`;
      await prepare(server);
      const note = (facts: unknown, line?: string) => void logged.push(`${line} ${JSON.stringify(facts)}`);
      const start = performance.now();
      redis = await openRedis({ urls: [url], log: { info: note, warn: note } });
      expect(performance.now() - start, 'a start goes on').to.be.below(1_500);
    });
    after(async () => {
      const start = performance.now();
      redis.close();
      expect(performance.now() - start, 'the end is quick').to.be.below(100);
      for (const socket of connections) socket.destroy();
      if (server.listening) await closed(server);
    });
    beforeEach(async () => {
      counters = createFallbackCounters(createRedisCounters({ redis, namespace: 'test' }));
      host = await liveHost(redis, 'test', logged);
    });
    afterEach(async () => {
      await host.close();
    });

    it('streams are those of the records, from the first on', async () => {
      expect(await host.providers()).to.deep.equal([]);
      await host.register(ALICE);
      await host.register(BOB);
      expect(await host.providers()).to.deep.equal([ALICE, BOB]);
      await host.deregister(ALICE);
      expect(await host.providers()).to.deep.equal([BOB]);
      await host.takeBackTo(2);
      await host.repair();
      expect(await host.providers()).to.deep.equal([ALICE, BOB]);
    });

    it('nobody waits: not for the first answer, and not for a hundred', async () => {
      await host.register(ALICE);
      const start = performance.now();
      for (let i = 0; i < 100; i += 1) {
        await host.providers();
        await counters.add('a', 1, 60_000);
      }
      expect(performance.now() - start).to.be.below(3_000);
    });

    it('the log says so once, without the password', async () => {
      await host.register(ALICE);
      for (let i = 0; i < 20; i += 1) await host.providers();
      await counters.add('a', 1, 60_000);
      expect(logged).to.have.length(1);
      expect(logged[0]).to.match(/^going on without Redis .*Redis does not answer: /);
      expect(logged[0]).to.not.contain('hunter2');
    });

    it('a ping tells that streams and counters are degraded, and why', async () => {
      for (const part of [host.live, counters]) {
        const error = await part.ping().then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(Degraded);
        expect(String(error)).to.match(
          /Redis does not answer: (connect ECONNREFUSED|there is no|Socket timeout)/,
        );
      }
    });

    it('asking Redis itself fails at once, and may be tried again', async () => {
      const start = performance.now();
      const error = await redis.send('GET', ['a']).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RedisUnavailable).with.property('retryable', true);
      expect(performance.now() - start).to.be.below(150);
    });

    describeCounters('memory instead', async () => {
      const here = createFallbackCounters(createRedisCounters({ redis, namespace: 'test' }));
      return { ...here, ping: () => here.ping().catch(requireDegraded) };
    });
  });
}

function requireDegraded(error: unknown): void {
  if (!(error instanceof Degraded)) throw error;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
