import { request } from 'node:http';
import { expect } from 'chai';
import { DiskTooSmall } from '../../../indexer/lib/disk.ts';
import { until } from '../sync/until.ts';
import {
  type Answer,
  type Api,
  CREATOR,
  expectProblem,
  NATIVE,
  OPERATOR,
  OTHER,
  startApi,
  UPLOAD,
} from './api.ts';

const VIDEO = 'a video that somebody else has published';

describe("the operator's calls: /offers/{cid}", () => {
  let api: Api;
  let cid: string;
  beforeEach(async () => {
    api = await startApi({ remote: true });
    cid = await cidOf(VIDEO);
    await list(1);
  });
  afterEach(() => api.stop());

  /** Whatever is added here goes again at once. */
  const cidOf = async (text: string) => {
    const cid = await api.add(text);
    await api.deps.storage.remove(cid);
    return cid;
  };
  /** A wallet lists the content by itself. */
  const list = async (index: number, more: object = {}) => {
    const terms = { token: NATIVE, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit: 0 };
    const args = { cid, ...terms, name: 'Listed', metadata: '', ...more };
    await (await api.as(index).publish(args)).wait();
    await api.settled();
  };
  const put = (content: string, query = '', of = cid) =>
    api.call('PUT', `/offers/${of}${query}`, { body: content, headers: api.asOperator });
  const post = (query = '') => api.call('POST', `/offers/${cid}${query}`, { headers: api.asOperator });
  const stop = (query = '') => api.call('DELETE', `/offers/${cid}${query}`, { headers: api.asOperator });
  const streams = async () => (await api.get(`/streams/${cid}`)).body.streams as Record<string, unknown>[];
  const left = async () => {
    const { media, rows, live } = await api.state();
    const { serve_wishes, provided_media, streams } = rows;
    const active = (streams as { active: number }[]).filter((row) => row.active === 1);
    return { media, blocks: api.mediaFiles(), live, serve_wishes, provided_media, active };
  };
  const NOTHING = {
    ...{ media: [], blocks: [], live: [], serve_wishes: [], provided_media: [], active: [] },
  };
  const expectServed = async ({ status, body }: Answer) => {
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.include({ cid, content_creator_wallet: CREATOR, content_distributor_wallet: OPERATOR });
    expect(body.stream_url).to.equal(`${api.url}/play/${cid}`);
    expect((await streams()).map(({ stream_url }) => stream_url)).to.deep.equal([body.stream_url]);
  };

  it('PUT keeps the file, registers the stream, and does neither twice', async () => {
    await expectServed(await put(VIDEO));
    expect(await (await fetch(`${api.url}/streams/${cid}`)).text()).to.contain(`/play/${cid}`);
    const sent = await api.chain.provider.getTransactionCount(OPERATOR);
    await expectServed(await put(VIDEO));
    await expectServed(await post());
    expect(await api.chain.provider.getTransactionCount(OPERATOR)).to.equal(sent);
    expect((await left()).provided_media).to.have.length(1);
  });

  it('DELETE ends the stream and takes the file away; once more there is nothing to end', async () => {
    await put(VIDEO);
    const { status, body } = await stop();
    expect({ status, removed: body.removed }).to.deep.equal({ status: 200, removed: true });
    expect(await left()).to.deep.equal(NOTHING);
    expectProblem(await stop(), 404, 'unknown_stream', 'content_distributor_wallet');
  });

  it('DELETE leaves what a creator has uploaded, before or after', async () => {
    for (const isBefore of [true, false]) {
      const upload = async () => api.upload(VIDEO, UPLOAD, await api.signedIn(1));
      if (isBefore) await upload();
      await expectServed(isBefore ? await post() : await put(VIDEO));
      if (!isBefore) await upload();
      const { body } = await stop();
      expect(body.removed).to.equal(false);
      expect(await streams()).to.deep.equal([]);
      expect((await left()).media).to.have.length(1);
      await api.deps.storage.remove(cid);
    }
  });

  it('DELETE takes nothing from an upload that comes while the file goes', async () => {
    await put(VIDEO);
    const { storage, book } = api.deps;
    const [{ remove }, { nameUpload }] = [{ ...storage }, { ...book }];
    const named = Promise.withResolvers<string>();
    book.nameUpload = async (upload) => {
      const answer = await nameUpload(upload);
      named.resolve(answer);
      return answer;
    };
    let uploaded: Promise<Answer> | undefined;
    storage.remove = async (key) => {
      uploaded = api.upload(VIDEO, UPLOAD, await api.signedIn(1));
      if ((await named.promise) === 'named') await uploaded;
      await remove(key);
    };
    expect((await stop()).body.removed).to.be.a('boolean');
    expect((await uploaded)?.status).to.equal(200);
    expect((await left()).media).to.have.length(1);
  });

  it('POST does not serve what is not here', async () => {
    expectProblem(await post(), 404, 'media_not_found', 'cid');
    expect(await left()).to.deep.equal(NOTHING);
  });

  const refused: [what: string, () => Promise<Answer>, status: number, code: string][] = [
    ['other bytes', () => put(`${VIDEO}!`), 400, 'cid_differs'],
    ['no bytes', () => put(''), 400, 'cid_differs'],
    ['a file over max_size', () => put(VIDEO, '?max_size=10'), 413, 'file_too_large'],
    ['a size over max_size, asked before', () => post('?size=11&max_size=10'), 413, 'file_too_large'],
    ['more than the disk holds, asked before', () => post('?size=999999999999999'), 507, 'storage_full'],
    ['a CID that nobody has listed', async () => put('x', '', await cidOf('x')), 404, 'unknown_content'],
    ['a creator who has not listed it', () => put(VIDEO, `?creator=${OTHER}`), 404, 'unknown_content'],
  ];
  for (const [what, call, status, code] of refused) {
    it(`${what}: ${code}, and nothing is kept or registered`, async () => {
      const answer = await call();
      expect({ status: answer.status, code: answer.body.code }).to.deep.equal({ status, code });
      expect(await left()).to.deep.equal(NOTHING);
    });
  }

  it('a disk that fills up while the file arrives ends it, and nothing is left', async () => {
    const asked: number[] = [];
    api.deps.disk.requireRoom = async (size) => {
      asked.push(size);
      if (asked.length > 1) throw new DiskTooSmall(size, 1);
    };
    const large = 'x'.repeat(40 * 1024 ** 2);
    cid = await cidOf(large);
    await list(1);
    expectProblem(await put(large), 507, 'storage_full');
    expect(asked[0]).to.equal(large.length);
    expect(await left()).to.deep.equal(NOTHING);
  });

  it('a body that ends early leaves nothing', async () => {
    const headers = { ...api.asOperator, 'content-length': '1000' };
    const req = request(`${api.url}/offers/${cid}`, { method: 'PUT', headers });
    req.on('error', () => undefined);
    req.write(VIDEO);
    await until('it arrives', async () => api.mediaFiles().length > 0);
    req.destroy();
    await until('what had arrived is deleted', async () => api.mediaFiles().length === 0);
    expect({ ...(await left()), live: [] }).to.deep.equal(NOTHING);
  });

  it('of several listings one is to be named; of another creator than the one served, none is served', async () => {
    await list(4);
    expectProblem(await put(VIDEO), 409, 'ambiguous_listing', 'token');
    await expectServed(await put(VIDEO, `?creator=${CREATOR}`));
    expectProblem(await put(VIDEO, `?creator=${OTHER}`), 409, 'served_for_another', 'cid');
    expect(await streams()).to.have.length(1);
  });

  it('DELETE with a coin ends nothing that is asked for in another coin', async () => {
    await put(VIDEO);
    const [active] = (await left()).active as unknown as Record<string, string>[];
    const wish = { contract: active?.contract ?? '', contentId: `0x${'7'.repeat(64)}`, cid, cidKey: cid };
    const by = { creator: CREATOR, beneficiary: OPERATOR, clientIp: 'operator', ends: false };
    await api.deps.book.wishToServe({ ...wish, ...by, expiresAtSec: 4_000_000_000 });
    expect((await stop(`?token=${NATIVE}`)).status).to.equal(200);
    expect((await left()).serve_wishes).to.have.length(1);
    expect((await stop()).status).to.equal(200);
    expect(await left()).to.deep.equal(NOTHING);
  });

  it('what is priced by the minute is not served', async () => {
    cid = await cidOf('by the minute');
    await list(1, { unit: 1 });
    expectProblem(await put('by the minute'), 400, 'minute_not_sold', 'unit');
    expect(await left()).to.deep.equal(NOTHING);
  });

  it('needs the secret of the host: none, another one and a session are refused alike', async () => {
    await put(VIDEO);
    const before = await left();
    const wrong = [{}, { authorization: `Bearer ${api.deps.operatorSecret}x` }, await api.signedIn(0)];
    for (const headers of wrong as Record<string, string>[]) {
      for (const [method, path] of [
        ['PUT', `/offers/${cid}`],
        ['POST', `/Offers/${cid}/`],
        ['DELETE', `/offers/${cid}`],
      ] as const) {
        const answer = await api.call(method, path, { headers });
        expectProblem(answer, 401, 'operator_only');
        expect(JSON.stringify([...answer.headers]) + JSON.stringify(answer.body)).to.not.contain(
          api.deps.operatorSecret,
        );
      }
    }
    expect(await left()).to.deep.equal(before);
  });

  it('is for no page: not with the secret, not by a preflight, whatever CORS_ORIGINS says', async () => {
    const [origin = ''] = api.deps.config.corsOrigins;
    for (const from of [origin, 'https://evil.example', 'null', api.url]) {
      const answer = await api.call('DELETE', `/offers/${cid}`, {
        headers: { ...api.asOperator, origin: from },
      });
      expectProblem(answer, 403, 'origin_not_allowed', 'Origin');
      const asking = {
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization',
      };
      const preflight = await fetch(`${api.url}/offers/${cid}`, {
        method: 'OPTIONS',
        headers: { origin: from, ...asking },
      });
      expect(preflight.status).to.equal(403);
      for (const { headers } of [answer, preflight]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
      }
    }
  });

  it('tells the secret to no log', async () => {
    await put(VIDEO);
    await put('wrong');
    const logged = JSON.stringify(api.logged, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    expect(logged).to.not.contain(api.deps.operatorSecret);
  });
});
