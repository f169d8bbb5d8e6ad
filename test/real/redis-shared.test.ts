import { expect } from 'chai';
import { type LiveIndex, LiveIndexUnfit } from '../../indexer/live/live.ts';
import { RedisLiveIndex } from '../../indexer/live/redis.ts';
import { openRedis, type RedisBreaker } from '../../indexer/redis/circuit-breaker.ts';
import { RedisRefused } from '../../indexer/redis/errors.ts';
import { ALICE, asOf, BOB, block, CID, generation, path, stream } from '../indexer/live/samples.ts';
import { silent } from '../indexer/sync/world.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

describe('hosts that share a live index in Redis', () => {
  let server: RedisServer;
  const breakers: RedisBreaker[] = [];
  let one: LiveIndex;
  let other: LiveIndex;
  before(async () => {
    server = await startRedis();
    for (let i = 0; i < 2; i += 1) breakers.push(await openRedis({ urls: [server.url], log: silent }));
  });
  after(async () => {
    for (const breaker of breakers) breaker.close();
    await server?.close();
  });
  beforeEach(async () => {
    await server.ask((client) => client.flushall());
    one = hostOf(0);
    other = hostOf(1);
  });

  function hostOf(index: number, namespace = 'chain'): LiveIndex {
    const redis = breakers[index];
    if (!redis) throw new Error('no such host');
    return new RedisLiveIndex({ redis, namespace });
  }
  const step = (from: number, to: number, put = [stream()], fork = 'a') => ({
    ...{ path: path(from, to, fork), put, remove: [] },
  });
  const unfit = async (answer: Promise<unknown>) => {
    const error = await answer.then(
      () => 'an answer',
      (reason: unknown) => reason,
    );
    expect(error, String(error)).to.be.instanceOf(LiveIndexUnfit).with.property('retryable', true);
  };

  it('see what each of them writes', async () => {
    await one.replaceAll([], asOf(1));
    await one.advance(step(1, 2));
    expect(await other.byCid(CID)).to.deep.equal([stream()]);
    await other.replaceAll([stream({ provider: BOB })], asOf(3));
    expect((await one.all()).map(({ provider }) => provider)).to.deep.equal([BOB]);
  });

  it('are kept apart where they follow other chains or contracts', async () => {
    await one.replaceAll([stream()], asOf(1));
    const elsewhere = hostOf(1, 'another-chain');
    await elsewhere.replaceAll([], asOf(1));
    expect(await one.all()).to.deep.equal([stream()]);
    expect(await elsewhere.all()).to.deep.equal([]);
  });

  it('do not believe an empty Redis, nor one that was emptied', async () => {
    for (const answer of [one.byCid(CID), one.byWallet(ALICE), one.all(), one.ping()]) await unfit(answer);
    await one.replaceAll([stream()], asOf(1));
    await server.ask((client) => client.flushall());
    for (const answer of [one.byCid(CID), one.byWallet(ALICE), one.all(), one.ping()]) await unfit(answer);
    await unfit(one.advance(step(1, 2)));
  });

  it('that are behind do not take the index back, and believe what is ahead of them', async () => {
    await one.replaceAll([stream()], asOf(100));
    await other.replaceAll([], asOf(5));
    await other.advance(step(5, 6, [stream({ provider: BOB })]));
    await other.ping();
    for (const host of [one, other]) expect(await host.all()).to.deep.equal([stream()]);
  });

  it('do not believe an index that is behind what they have seen', async () => {
    await one.replaceAll([], asOf(5));
    await other.replaceAll([stream()], asOf(5));
    await unfit(one.advance(step(6, 7)));
    await unfit(one.all());
    expect(await other.all()).to.deep.equal([stream()]);
  });

  it('go on from any block of the path', async () => {
    await one.replaceAll([], asOf(10));
    await other.replaceAll([], asOf(10));
    await one.advance(step(10, 12));
    await other.advance(step(10, 15, [stream(), stream({ provider: BOB })]));
    expect(await one.all()).to.have.length(2);
    await one.advance(step(12, 15, [stream({ url: 'http://never.example/' })]));
    expect((await one.all()).map(({ url }) => url)).to.not.include('http://never.example/');
  });

  it('do not go on from a block of another fork', async () => {
    await one.replaceAll([stream()], asOf(10, 'b'));
    await unfit(other.advance(step(9, 12)));
    await unfit(other.all());
    await other.replaceAll([], asOf(12));
    await unfit(one.advance(step(10, 12, [stream()], 'b')));
    await one.replaceAll([stream()], { ...asOf(11, 'b'), reorganised: true });
    expect(await one.all()).to.deep.equal([stream()]);
    await unfit(other.all());
  });

  it('do not believe blocks that were taken back until a fill has succeeded', async () => {
    await one.replaceAll([stream()], asOf(10));
    await server.ask((client) => client.config('SET', 'maxmemory', '1'));
    const refused = await one
      .replaceAll([], { asOf: block(8, 'b'), reorganised: true })
      .catch((error: unknown) => error);
    await server.ask((client) => client.config('SET', 'maxmemory', '0'));
    expect(refused).to.be.instanceOf(RedisRefused);
    await unfit(one.all());
    await unfit(one.ping());
    await unfit(one.advance(step(8, 9, [], 'b')));
    await one.replaceAll([], asOf(9, 'b'));
    expect(await one.all()).to.deep.equal([]);
  });

  it('never show a reader a mixture while both fill', async () => {
    const names = ['http://one.example/', 'http://other.example/'] as const;
    await one.replaceAll(generation(names[0], 400), asOf(1));
    let filling = true;
    const fills = Promise.all(
      [one, other].map(async (host, index) => {
        for (let i = 0; i < 10; i += 1) await host.replaceAll(generation(names[index] ?? '', 400), asOf(1));
      }),
    ).finally(() => {
      filling = false;
    });
    let reads = 0;
    const seen = new Set<string>();
    while (filling) {
      for (const streams of await Promise.all([one.all(), other.byCid(CID)])) {
        const urls = new Set(streams.map(({ url }) => url));
        expect([streams.length, urls.size]).to.deep.equal([400, 1]);
        for (const url of urls) seen.add(url);
        reads += 1;
      }
    }
    await fills;
    expect(reads).to.be.above(10);
    expect([...seen]).to.have.members([...names]);
  });

  it('leave one key behind, which goes by itself', async () => {
    for (let i = 0; i < 5; i += 1) {
      await Promise.all([one.replaceAll(generation('x', 300), asOf(i)), other.replaceAll([], asOf(i))]);
    }
    const keys = await server.ask((client) => client.keys('*'));
    expect(keys).to.deep.equal(['stream-host:2:{chain}:live']);
    for (const key of keys) {
      expect(await server.ask((client) => client.pttl(key))).to.be.within(1, 60_000);
    }
  });

  it('prolong its life as long as one of them stands at its block', async () => {
    const [key] = ['stream-host:2:{chain}:live'];
    const life = () => server.ask((client) => client.pttl(key));
    await one.replaceAll([], asOf(5));
    await other.replaceAll([], asOf(4));
    await server.ask((client) => client.pexpire(key, 5_000));
    await other.ping();
    expect(await life()).to.be.at.most(5_000);
    await one.ping();
    expect(await life()).to.be.above(50_000);
  });

  it('take what is no stream for an index to be filled again', async () => {
    await one.replaceAll([stream()], asOf(1));
    await server.ask((client) =>
      client.zadd('stream-host:2:{chain}:live', 0, `c|${CID}|000000000001|x|{"url":1}`),
    );
    await unfit(one.byCid(CID));
    expect(await one.byWallet(ALICE)).to.deep.equal([stream()]);
    await one.replaceAll([stream()], asOf(1));
    expect(await one.byCid(CID)).to.deep.equal([stream()]);
  });
});
