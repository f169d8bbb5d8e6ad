import { expect } from 'chai';
import type { Counters } from '../../indexer/counters/counters.ts';
import { createFallbackCounters } from '../../indexer/counters/fallback.ts';
import { createRedisCounters } from '../../indexer/counters/redis.ts';
import { openRedis, type RedisBreaker } from '../../indexer/redis/circuit-breaker.ts';
import { Degraded } from '../../indexer/redis/errors.ts';
import { type LiveHost, liveHost } from '../indexer/live/live-host.ts';
import { ALICE, BOB, wallet } from '../indexer/live/samples.ts';
import { eventually } from '../until.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

const INDEX = 'stream-host:2:{chain}:live';
/** Backoff, probe and look, each at its longest. */
const BACK_MS = 8_000;

describe('while Redis comes and goes', () => {
  let server: RedisServer;
  let redis: RedisBreaker;
  let host: LiveHost;
  let counters: Counters;
  let logged: string[];
  beforeEach(async () => {
    logged = [];
    server = await startRedis();
    const note = (_: unknown, line?: string) => void logged.push(String(line));
    redis = await openRedis({ urls: [server.url], log: { info: note, warn: note } });
    host = await liveHost(redis, 'chain', logged);
    counters = createFallbackCounters(createRedisCounters({ redis, namespace: 'chain' }));
    await host.register(ALICE);
  });
  afterEach(async () => {
    redis.close();
    await host.close();
    await server.close();
  });

  const reasonOf = (part: { ping(): Promise<void> }) =>
    part.ping().then(
      () => null,
      (error: unknown) => {
        if (error instanceof Degraded) return error.message;
        throw error;
      },
    );
  const wellAgain = async () => {
    const ask = () => Promise.all([reasonOf(host.live), reasonOf(counters)]);
    const reasons = await eventually(BACK_MS, ask, (found) => found.every((reason) => reason === null));
    expect(reasons).to.deep.equal([null, null]);
  };
  const inRedis = () => server.ask((client) => client.zrangebylex(INDEX, '[i|', '(i}'));
  const within = async (ms: number, act: () => Promise<unknown>) => {
    const start = performance.now();
    await act();
    expect(performance.now() - start).to.be.below(ms);
  };

  const outages: [what: string, begin: () => Promise<void>, end: () => Promise<void>][] = [
    ['killed and started again, empty', () => server.kill(), () => server.start()],
    ['stopped and let go on', async () => server.freeze(), async () => server.thaw()],
  ];
  for (const [what, begin, end] of outages) {
    it(`${what}: streams come from the records, and Redis is filled when it is back`, async () => {
      await begin();
      await within(400, async () => expect(await host.providers()).to.deep.equal([ALICE]));
      await within(150, () => host.register(BOB));
      await within(150, async () => expect(await host.providers()).to.deep.equal([ALICE, BOB]));
      expect(await reasonOf(host.live)).to.match(/^Redis does not answer: /);
      expect(await reasonOf(counters)).to.match(/^Redis does not answer: /);

      await end();
      await wellAgain();
      expect(await inRedis()).to.have.length(2);
      expect(await host.providers()).to.deep.equal([ALICE, BOB]);
      expect(logged).to.deep.equal([
        'going on without Redis',
        'Redis answers again',
        'streams are read from the live index again',
      ]);
    });
  }

  it('emptied: no read shows it, and it is filled again without a block to come', async () => {
    await server.ask((client) => client.flushall());
    expect(await host.providers()).to.deep.equal([ALICE]);
    await wellAgain();
    await server.ask((client) => client.flushall());
    // Nobody asks: the look finds it.
    const found = await eventually(3_000, inRedis, (texts) => texts.length > 0);
    expect(found).to.have.length(1);
    await wellAgain();
    expect(logged).to.deep.equal([
      'streams are read from the records',
      'streams are read from the live index again',
      'streams are read from the records',
      'streams are read from the live index again',
    ]);
  });

  it('emptied again and again: every read is right', async () => {
    const until = performance.now() + 1_000;
    let emptied = 0;
    const emptying = (async () => {
      while (performance.now() < until) {
        await server.ask((client) => client.flushall());
        emptied += 1;
      }
    })();
    let reads = 0;
    while (performance.now() < until) {
      const served = Array.from({ length: reads }, (_, index) => wallet(index + 1));
      expect(await host.providers()).to.deep.equal([ALICE, ...served]);
      await host.register(wallet(reads + 1));
      reads += 1;
    }
    await emptying;
    expect(emptied).to.be.above(5);
    expect(reads).to.be.above(20);
  });

  it('full: streams come from the records, and Redis is filled when it has room', async () => {
    await server.ask((client) => client.config('SET', 'maxmemory', '1'));
    await host.register(BOB);
    expect(await host.providers()).to.deep.equal([ALICE, BOB]);
    expect(await reasonOf(host.live)).to.be.a('string');
    expect((await counters.add('a', 1, 60_000)).total).to.equal(1);
    await server.ask((client) => client.config('SET', 'maxmemory', '0'));
    await wellAgain();
    expect(await inRedis()).to.have.length(2);
  });

  it('gone while blocks are taken back: what they held is not shown when it is back', async () => {
    await host.register(BOB);
    server.freeze();
    await host.takeBackTo(1);
    await host.repair();
    expect(await host.providers()).to.deep.equal([ALICE]);
    server.thaw();
    const until = performance.now() + 4_000;
    while (performance.now() < until) expect(await host.providers()).to.deep.equal([ALICE]);
    await wellAgain();
    expect(await inRedis()).to.have.length(1);
  });

  it('counts and claims of this process stay, without Redis and when it is back, emptied', async () => {
    await counters.add('a', 2, 60_000);
    expect(await counters.claim('nonce', 60_000)).to.equal(true);
    await server.kill();
    expect((await counters.add('a', 1, 60_000)).total).to.equal(3);
    expect(await counters.claim('nonce', 60_000)).to.equal(false);
    expect(await counters.claim('other nonce', 60_000)).to.equal(true);
    await server.start();
    await wellAgain();
    expect(await counters.claim('nonce', 60_000)).to.equal(false);
    expect(await counters.claim('other nonce', 60_000)).to.equal(false);
  });

  it('a host that catches up shows what another has put there, and takes none of it back', async () => {
    const late = await liveHost(redis, 'chain');
    try {
      expect(await late.live.all()).to.have.length(1);
      await host.register(BOB);
      await late.register(ALICE);
      for (const { live } of [late, host]) {
        expect((await live.all()).map(({ provider }) => provider)).to.deep.equal([ALICE, BOB]);
      }
      await host.deregister(ALICE);
      await late.register(BOB);
      await late.repair();
      expect((await late.live.all()).map(({ provider }) => provider)).to.deep.equal([BOB]);
    } finally {
      await late.close();
    }
  });
});
