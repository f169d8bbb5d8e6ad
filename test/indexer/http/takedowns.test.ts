import { expect } from 'chai';
import { CID as Cid } from 'multiformats/cid';
import {
  type Answer,
  type Api,
  bytes,
  eventually,
  expectProblem,
  OTHER,
  PUBLICATION,
  UPLOAD,
} from './api.ts';
import { type Playing, type Sold, spellingsOf, startPlaying } from './playing.ts';

const REASON = 'Court order 12/2026';
const WHY = `?reason=${encodeURIComponent(REASON)}&by=ann`;
const LEAF = 262_144;

describe('a takedown: /takedowns/{cid}', () => {
  let host: Playing;
  let api: Api;
  let film: Sold;
  before(async () => {
    host = await startPlaying();
    api = host.api;
  });
  after(() => host?.stop());
  beforeEach(async () => {
    film = await host.sold();
  });

  const as = (method: string, cid: string, query = '') =>
    api.call(method, `/takedowns/${cid}${query}`, { headers: api.asOperator });
  async function takeDown(cid = film.cid, query = WHY): Promise<Answer['body']> {
    const { status, body } = await as('PUT', cid, query);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  }
  const lift = (cid = film.cid) => as('DELETE', cid, '?by=bob');
  const read = (path: string, init: RequestInit = {}) => fetch(`${api.url}${path}`, init);
  const statusOf = async (path: string, init?: RequestInit) => (await read(path, init)).status;
  const streams = async (cid = film.cid) => (await api.get(`/streams/${cid}`)).body.streams as object[];
  const catalogue = async (query = '') =>
    ((await api.get(`/contents${query}`)).body.contents as { cid: string }[]).map(({ cid }) => cid);

  describe('media', () => {
    it('is 451 by every spelling and method, at /ipfs and /play, and with it what lets in', async () => {
      await takeDown();
      for (const spelling of spellingsOf(film.cid)) {
        for (const path of [
          'ipfs',
          'play',
          'play/~AAAAAAAAAAAAAAAAAAAAAA',
          'Play/%7eAAAAAAAAAAAAAAAAAAAAAA',
        ]) {
          const asked = `/${path}/${spelling}`;
          expectProblem(await api.get(asked), 451, 'taken_down', 'cid');
          expect(await statusOf(asked, { method: 'HEAD' }), asked).to.equal(451);
        }
        const access = await api.post(`/play/${spelling}/access`, await host.access(film));
        expectProblem(access, 451, 'taken_down', 'cid');
      }
    });

    it('is 451 whatever is asked of it, and below it', async () => {
      const cid = await api.add('free');
      expect(await statusOf(`/ipfs/${cid}`)).to.equal(200);
      await takeDown(cid);
      const asked: Record<string, string>[] = [
        { 'if-none-match': `"${cid}"` },
        { range: 'bytes=0-1' },
        { 'cache-control': 'only-if-cached' },
        { accept: 'application/vnd.ipld.raw' },
        { accept: 'application/vnd.ipld.car' },
      ];
      for (const headers of asked)
        expect(await statusOf(`/ipfs/${cid}`, { headers }), JSON.stringify(headers)).to.equal(451);
      for (const rest of ['?format=raw', '?format=car', '/below', '/below/it?format=raw', '/keys/0']) {
        for (const path of ['ipfs', 'play'])
          expect(await statusOf(`/${path}/${cid}${rest}`), `${path} ${rest}`).to.equal(451);
      }
      await lift(cid);
      expect(await (await read(`/ipfs/${cid}`)).text()).to.equal('free');
    });

    it('says why and whose decision it is, and that no cache is to keep it; not who has made it', async () => {
      await takeDown();
      const { headers, body } = await api.get(`/ipfs/${film.cid}`);
      expect(body.detail).to.contain(REASON);
      expect(JSON.stringify(body)).to.not.contain('ann');
      expect(headers.get('link')).to.equal('</>; rel="blocked-by"');
      expect(headers.get('cache-control')).to.equal('no-store');
      await takeDown(film.cid, '');
      expect((await api.get(`/ipfs/${film.cid}`)).body.detail).to.contain(REASON);
    });

    it('is 451 also where it is not here; any other is as before', async () => {
      const gone = await api.add('gone again');
      await api.deps.storage.remove(gone);
      await takeDown(gone);
      expect(await statusOf(`/ipfs/${gone}`)).to.equal(451);
      expect(await statusOf(`/ipfs/${await api.add('free as before')}`)).to.equal(200);
      expect(await statusOf('/ipfs/nonsense')).to.equal(400);
    });

    it('plays for nobody, paid or not, until it is lifted and served again', async () => {
      await host.pay(film);
      const token = await host.token(film);
      const play = () => statusOf(`/play/~${token}/${film.cid}`);
      expect(await play()).to.equal(200);
      await takeDown();
      expect(await play()).to.equal(451);
      await lift();
      expect(await play()).to.equal(404);
      await host.serve(film);
      expect(await play()).to.equal(200);
    });

    it('keeps its blocks back, in any codec, but for those that something else here needs', async () => {
      const add = async (last: string) => (await api.deps.storage.add(leafAnd(last))).cid;
      const leaf = await add('');
      await api.deps.storage.remove(leaf);
      const [one, other] = [await add('one'), await add('other')];
      const raw = Cid.createV1(0x55, Cid.parse(one).multihash).toString();
      await takeDown(one);
      expect(await statusOf(`/ipfs/${raw}?format=raw`)).to.equal(451);
      expect(await statusOf(`/ipfs/${leaf}?format=raw`)).to.not.equal(451);
      await takeDown(other);
      expect(await statusOf(`/ipfs/${leaf}?format=raw`)).to.equal(451);
      await lift(other);
      expect(await statusOf(`/ipfs/${leaf}?format=raw`)).to.not.equal(451);
    });
  });

  describe('a directory', () => {
    const ENTRIES = [
      { path: 'v0/one', text: 'the first' },
      { path: 'two', text: 'the second' },
    ];
    async function directory(first: string) {
      async function* entries() {
        for (const { path, text } of ENTRIES) yield { path, content: bytes(first + text) };
      }
      const { cid } = await api.deps.storage.addDirectory(entries());
      const cidAt = async (path: string) =>
        (await api.deps.storage.find(cid, path))?.cid ?? expect.fail(path);
      return { cid, sub: await cidAt('v0'), one: await cidAt('v0/one'), two: await cidAt('two') };
    }
    const all = ({ cid, sub, one, two }: Awaited<ReturnType<typeof directory>>) =>
      Promise.all(
        [cid, `${cid}/`, `${cid}/v0/one`, `${cid}/two`, sub, `${sub}/one`, one, two]
          .flatMap((path) => [path, `${path}?format=raw`, `${path}?format=car`])
          .map((path) => statusOf(`/ipfs/${path}`)),
      );

    it('is taken down with all below it, by every path and every own CID', async () => {
      const found = await directory('whole: ');
      expect(new Set(await all(found))).to.deep.equal(new Set([200]));
      await takeDown(found.cid);
      expect(new Set(await all(found))).to.deep.equal(new Set([451]));
      await lift(found.cid);
      expect(new Set(await all(found))).to.deep.equal(new Set([200]));
    });

    it('of which a part is taken down serves the others', async () => {
      const { cid, sub, one } = await directory('part: ');
      await takeDown(sub);
      for (const path of [`${cid}/v0/one`, `${cid}/v0/`, `${cid}/v0?format=car`, sub, `${sub}/one`])
        expect(await statusOf(`/ipfs/${path}`), path).to.equal(451);
      for (const path of [`${cid}/two`, `${cid}/`])
        expect(await statusOf(`/ipfs/${path}`), path).to.equal(200);
      await lift(sub);
      await takeDown(one);
      expect(await statusOf(`/ipfs/${cid}/v0/one`)).to.equal(451);
      expect(await statusOf(`/ipfs/${cid}/v0/`)).to.equal(200);
    });

    it('leaves a file to whoever else keeps it', async () => {
      const { cid, two } = await directory('shared: ');
      expect(await api.add('shared: the second')).to.equal(two);
      await takeDown(cid);
      expect(await statusOf(`/ipfs/${two}`)).to.equal(200);
      expect(await statusOf(`/ipfs/${cid}/two`)).to.equal(451);
    });
  });

  describe('the catalogue', () => {
    it('leaves it out, kept answers too, and shows it again', async () => {
      const whole = await catalogue();
      const own = `?search=${film.cid}`;
      const all = async () =>
        JSON.stringify((await api.get('/meta/get_all_metadata')).body).includes(film.cid) ||
        JSON.stringify((await api.get('/get_all_streams_by_cid')).body).includes(film.cid);
      expect([whole.includes(film.cid), await all()]).to.deep.equal([true, true]);
      expect((await api.get(`/contents/${film.cid}`)).status).to.equal(200);
      await takeDown();
      expect(await catalogue()).to.deep.equal(whole.filter((cid) => cid !== film.cid));
      expect(await catalogue(own)).to.deep.equal([]);
      expect(await all()).to.equal(false);
      for (const path of ['/contents/', '/meta/get_metadata/'])
        expectProblem(await api.get(path + film.cid), 451, 'taken_down', 'cid');
      await lift();
      expect([await catalogue(own), await catalogue()]).to.deep.equal([[film.cid], whole]);
      expect((await api.get(`/contents/${film.cid}`)).status).to.equal(200);
    });

    it('gives it as an example of nothing', async () => {
      await takeDown();
      const { body } = await api.post('/api/record-view', {
        ...{ cid: await api.add('unlisted'), blockchain_address: api.wallet(3).address, price: '0.001' },
        ...{ provider_wallet: host.seller, creator_wallet: api.wallet(1).address, timestamp: 1_700_000_000 },
      });
      expect(JSON.stringify(body)).to.not.contain(film.cid);
    });
  });

  describe("this host's stream", () => {
    it('ends with it, and does not come back by itself', async () => {
      expect(await streams()).to.have.length(1);
      expect((await takeDown()).stream_urls).to.deep.equal([]);
      expect(await streams()).to.deep.equal([]);
      await lift();
      await api.deps.serving.fulfil();
      expect(await streams()).to.deep.equal([]);
    });

    it('that can not be ended now is named, and ended later', async () => {
      const { writer } = api.deps;
      const { write } = writer;
      let tries = 0;
      writer.write = async () => {
        tries++;
        throw new Error('no coin for gas');
      };
      const url = `${api.url}/play/${film.cid}`;
      try {
        expect((await takeDown()).stream_urls).to.deep.equal([url]);
        expect(await statusOf(`/play/${film.cid}`)).to.equal(451);
      } finally {
        writer.write = write;
      }
      expect(tries).to.be.above(0);
      await eventually(
        async () => {
          await api.deps.serving.fulfil();
          return await streams();
        },
        ({ length }) => length === 0,
      );
      expect(await streams()).to.deep.equal([]);
    });

    it('ends where the records alone say so, as after a takedown while no host ran', async () => {
      await api.deps.book.takeDown({
        ...{ cidKey: film.cid, cid: film.cid, reason: null, takenBy: 'ann', takenAtSec: 1 },
      });
      await api.deps.serving.fulfil();
      expect(await streams()).to.deep.equal([]);
    });

    it('of another host stays: it is the chain that names it', async () => {
      await host.serve(film, 2, 'https://other.example/film.mp4');
      await takeDown();
      expect(await streams()).to.have.length(1);
    });
  });

  describe('what comes again', () => {
    it('as an upload is refused, and nothing of it is kept', async () => {
      const text = 'to be taken down';
      const cid = await api.add(text);
      await api.deps.storage.remove(cid);
      await takeDown(cid);
      const session = await api.signedIn(1);
      expectProblem(await api.upload(text, UPLOAD, session), 451, 'taken_down', 'cid');
      expect(await api.deps.storage.stat(cid)).to.equal(null);
      await lift(cid);
      expect((await api.upload(text, UPLOAD, session)).status).to.equal(202);
    });

    it('as a publication through this host is refused, before it costs gas', async () => {
      await takeDown();
      expectProblem(await api.post('/contents', { ...PUBLICATION, cid: film.cid }), 451, 'taken_down', 'cid');
      await lift();
      expectProblem(
        await api.post('/contents', { ...PUBLICATION, cid: film.cid, content_creator_wallet: OTHER }),
        401,
        'signature_required',
        'signature',
      );
    });

    it('by npm run provide, or a creator who wants it served, is refused', async () => {
      const text = 'to be provided';
      const cid = await api.add(text);
      await host.published({ cid });
      await api.settled();
      await takeDown(cid);
      const init = { headers: api.asOperator };
      expectProblem(await api.call('POST', `/offers/${cid}`, init), 451, 'taken_down', 'cid');
      await api.deps.storage.remove(cid);
      const put = await api.call('PUT', `/offers/${cid}`, { ...init, body: text });
      expectProblem(put, 451, 'taken_down', 'cid');
      expect(await api.deps.storage.stat(cid)).to.equal(null);
      await lift(cid);
      expect((await api.call('PUT', `/offers/${cid}`, { ...init, body: text })).status).to.equal(200);
      expect(await streams(cid)).to.have.length(1);
      await takeDown(cid);
      expect(await api.deps.storage.stat(cid)).to.equal(null);
    });
  });

  describe('the operator', () => {
    it('is told how a content stands, from beginning to end', async () => {
      const state = async () => (await as('GET', film.cid)).body;
      const url = `${api.url}/play/${film.cid}`;
      expect(await state())
        .to.include({ taken_down_at: null, reason: null })
        .and.deep.include({ stream_urls: [url] });
      const { taken_down_at, ...taken } = await takeDown();
      expect(taken).to.include({ cid: film.cid, taken_down_by: 'ann', reason: REASON });
      expect(Date.parse(String(taken_down_at))).to.be.closeTo(Date.now(), 60_000);
      expect(await state()).to.deep.equal({ ...taken, taken_down_at });
      expect((await lift()).body).to.include({ taken_down_at: null, taken_down_by: null });
      expect((await lift()).status).to.equal(200);
    });

    it('finds in the log who, what and why, and in the metrics how many', async () => {
      const count = async () => {
        const [, value] = /^takedowns (\d+)$/m.exec(await (await read('/metrics')).text()) ?? [];
        return Number(value);
      };
      const before = await count();
      await takeDown();
      expect(await count()).to.equal(before + 1);
      await read(`/ipfs/${film.cid}`);
      expect(await (await read('/metrics')).text()).to.match(
        /http_request_duration_seconds_count\{method="GET",route="\/ipfs\/\{cid\}",status="451"\} [1-9]/,
      );
      await lift();
      const facts = api.logged.map((each) => each.facts).filter(({ cid }) => cid === film.cid);
      expect(facts).to.deep.include({ cid: film.cid, reason: REASON, by: 'ann' });
      expect(facts).to.deep.include({ cid: film.cid, by: 'bob' });
      expect(await count()).to.equal(before);
    });

    it('is who shows the secret', async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        expectProblem(await api.call(method, `/takedowns/${film.cid}`), 401, 'operator_only');
        const headers = { ...api.asOperator, origin: 'https://evil.example' };
        const answer = await api.call(method, `/takedowns/${film.cid}`, { headers });
        expectProblem(answer, 403, 'origin_not_allowed', 'Origin');
      }
      expect(await api.deps.book.takedownOf(film.cid)).to.equal(null);
    });

    it('gives a reason that people can read', async () => {
      for (const reason of ['%E2%80%8B', 'a%E2%80%AEb', 'a%0Ab', 'x'.repeat(1_001)]) {
        const answer = await as('PUT', film.cid, `?reason=${reason}`);
        expectProblem(answer, 400, 'invalid_field', 'reason');
      }
    });
  });
});

/** One leaf, the same for all, and a last one where there is any. */
async function* leafAnd(last: string): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(LEAF, 'x');
  if (last !== '') yield Buffer.from(last);
}
