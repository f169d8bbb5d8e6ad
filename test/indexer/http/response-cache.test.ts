import { expect } from 'chai';
import {
  type Dependencies,
  type ResponseBody,
  ResponseCache,
} from '../../../indexer/http/cache/response-cache.ts';

const NOW = 1_800_000_000;
const KIB = 1_024;

describe('ResponseCache', () => {
  let cache: ResponseCache;
  beforeEach(() => {
    cache = new ResponseCache(100 * KIB);
  });

  const of = (tags: string[] = [], second?: number): Dependencies => ({
    route: '/r',
    tags,
    ...(second !== undefined && { second }),
  });
  const make = (key: string, value: unknown, dependencies = of()) =>
    cache.make(key, dependencies, async () => json(value));
  const text = (key: string, nowSec = NOW) => cache.find(key, nowSec)?.body.toString();

  it('finds what was made, with its route and a tag of its bytes', async () => {
    expect(cache.find('/a', NOW)).to.equal(undefined);
    const made = await make('/a', { a: 1 });
    expect(cache.has('/a')).to.equal(true);
    expect(cache.find('/a', NOW)).to.equal(made);
    expect(made).to.include({ route: '/r' });
    expect(made.body.toString()).to.equal('{"a":1}');
    expect(made.etag).to.match(/^"[\w-]{22}"$/);
    expect((await make('/same', { a: 1 })).etag).to.equal(made.etag);
    expect((await make('/other', { a: 2 })).etag).to.not.equal(made.etag);
  });

  it('drops all that has a tag, and nothing else', async () => {
    await make('/a', 1, of(['x']));
    await make('/b', 2, of(['y', 'x']));
    await make('/c', 3, of(['y']));
    cache.drop('x');
    expect([text('/a'), text('/b'), text('/c')]).to.deep.equal([undefined, undefined, '3']);
    cache.drop('unknown');
    cache.clear();
    expect(text('/c')).to.equal(undefined);
  });

  it('holds an answer of one second in that second only', async () => {
    await make('/a', 1, of([], NOW));
    expect(text('/a', NOW)).to.equal('1');
    expect(text('/a', NOW + 1)).to.equal(undefined);
    await make('/a', 2, of([], NOW + 1));
    expect(text('/a', NOW + 1)).to.equal('2');
  });

  it('makes an answer once for all who ask meanwhile', async () => {
    const gate = Promise.withResolvers<ResponseBody>();
    let made = 0;
    const ask = () =>
      cache.make('/a', of(), () => {
        made += 1;
        return gate.promise;
      });
    const asked = [ask(), ask(), ask()];
    gate.resolve(json(1));
    const answers = await Promise.all(asked);
    expect(made).to.equal(1);
    expect(new Set(answers).size).to.equal(1);
  });

  it('keeps nothing that was dropped while it was made, and shares it with nobody who asks later', async () => {
    const old = Promise.withResolvers<ResponseBody>();
    const first = cache.make('/a', of(['x']), () => old.promise);
    cache.drop('x');
    const second = cache.make('/a', of(['x']), async () => json('new'));
    old.resolve(json('old'));
    expect((await first).body.toString()).to.equal('"old"');
    expect((await second).body.toString()).to.equal('"new"');
    expect(text('/a')).to.equal('"new"');
  });

  it('keeps nothing that was made before everything was dropped', async () => {
    const old = Promise.withResolvers<ResponseBody>();
    const first = cache.make('/a', of(), () => old.promise);
    cache.clear();
    old.resolve(json('old'));
    await first;
    expect(cache.has('/a')).to.equal(false);
  });

  it('keeps no failure, and passes it on to all who wait', async () => {
    const gate = Promise.withResolvers<ResponseBody>();
    const asked = [1, 2].map(() => cache.make('/a', of(['x']), () => gate.promise));
    gate.reject(new Error('no'));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(cache.has('/a')).to.equal(false);
    await make('/a', 1);
    expect(text('/a')).to.equal('1');
  });

  it('takes no more than its bytes: what was not asked for the longest goes first', async () => {
    const big = 'x'.repeat(30 * KIB);
    for (const key of ['/a', '/b', '/c']) await make(key, big);
    cache.find('/a', NOW);
    await make('/d', big);
    expect(['/a', '/b', '/c', '/d'].filter((key) => cache.has(key))).to.deep.equal(['/a', '/c', '/d']);
  });

  it('counts what it has dropped no more', async () => {
    const big = 'x'.repeat(30 * KIB);
    for (let round = 0; round < 20; round += 1) {
      await make('/a', big, of(['x']));
      cache.drop('x');
    }
    for (const key of ['/b', '/c', '/d']) await make(key, big);
    expect(['/b', '/c', '/d'].filter((key) => cache.has(key))).to.have.length(3);
  });

  it('keeps nothing of an answer larger than all it may take, or where it may take nothing', async () => {
    await make('/small', 1);
    await make('/huge', 'x'.repeat(200 * KIB));
    expect(cache.has('/huge')).to.equal(false);
    cache = new ResponseCache(0);
    expect((await make('/a', 1)).body.toString()).to.equal('1');
    expect(cache.has('/a')).to.equal(false);
  });
});

function json(value: unknown): ResponseBody {
  return { body: Buffer.from(JSON.stringify(value)) };
}
