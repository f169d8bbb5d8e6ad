import { expect } from 'chai';
import { ResponseBody, type RowSpans } from '../../../indexer/http/cache/response-body.ts';
import { type Dependencies, ResponseCache } from '../../../indexer/http/cache/response-cache.ts';

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
  const text = (key: string, nowSec = NOW) => cache.find(key, nowSec)?.content.body.toString();

  it('finds what was made, with its route and a tag of its bytes', async () => {
    expect(cache.find('/a', NOW)).to.equal(undefined);
    const made = await make('/a', { a: 1 });
    expect(cache.has('/a')).to.equal(true);
    expect(cache.find('/a', NOW)).to.equal(made);
    expect(made).to.include({ route: '/r' });
    expect(made.content.body.toString()).to.equal('{"a":1}');
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
    expect((await first).content.body.toString()).to.equal('"old"');
    expect((await second).content.body.toString()).to.equal('"new"');
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

  describe('outdate()', () => {
    const ROWS: RowSpans = { keys: [7], spans: [1, 2] };
    /** @returns what was there to begin with. */
    const begin = async (key: string, content: ResponseBody) => {
      let given: ResponseBody | null | undefined;
      await cache.make(key, of(['x']), async (before) => {
        given = before;
        return content;
      });
      return given;
    };

    it('has the answer made anew, with the rows of the one before', async () => {
      const first = json(1, ROWS);
      expect(await begin('/a', first)).to.equal(null);
      cache.outdate('x');
      expect(cache.has('/a')).to.equal(false);
      expect(cache.find('/a', NOW)).to.equal(undefined);
      cache.outdate('x');
      const second = json(2, ROWS);
      expect(await begin('/a', second)).to.equal(first);
      expect(text('/a')).to.equal('2');
    });

    it('hands on no rows that were dropped, and none of an answer that told of none', async () => {
      await begin('/a', json(1, ROWS));
      cache.outdate('x');
      cache.drop('x');
      expect(await begin('/a', json(2))).to.equal(null);
      cache.outdate('x');
      expect(await begin('/a', json(3))).to.equal(null);
    });

    it('reaches an answer that is being made, which keeps what it began with for the next', async () => {
      const first = json(1, ROWS);
      await begin('/a', first);
      cache.outdate('x');
      const gate = Promise.withResolvers<ResponseBody>();
      const made = cache.make('/a', of(['x']), () => gate.promise);
      cache.outdate('x');
      gate.resolve(json(2, ROWS));
      await made;
      expect(cache.has('/a')).to.equal(false);
      expect(await begin('/a', json(3, ROWS))).to.equal(first);
      expect(text('/a')).to.equal('3');
    });

    it('leaves what it keeps within the bytes', async () => {
      const big = 'x'.repeat(30 * KIB);
      for (const key of ['/a', '/b', '/c']) await cache.make(key, of([key]), async () => json(big, ROWS));
      cache.outdate('/a');
      await make('/d', big);
      let before: ResponseBody | null | undefined;
      await cache.make('/a', of(), async (given) => {
        before = given;
        return json(1);
      });
      expect(before).to.equal(null);
      expect(['/b', '/c', '/d'].filter((key) => cache.has(key))).to.have.length(3);
    });
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
    expect((await make('/a', 1)).content.body.toString()).to.equal('1');
    expect(cache.has('/a')).to.equal(false);
  });
});

function json(value: unknown, rows?: RowSpans): ResponseBody {
  return new ResponseBody(Buffer.from(JSON.stringify(value)), rows);
}
