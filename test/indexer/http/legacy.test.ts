import { expect } from 'chai';
import { parseEther } from 'ethers';
import { CID as Cid } from 'multiformats/cid';
import { CID, CREATOR, expectProblem, OTHER, PROVIDER, REGISTRATION, UPLOAD, useApi, VIEWER } from './api.ts';

const SECOND = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
const UNSERVED = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
/** The same content in another spelling. */
const CID_V0 = Cid.parse(CID).toV0().toString();

type Row = Record<string, unknown>;

describe("the first version's other reads", () => {
  const api = useApi({ nowSec: () => clockSec });
  let clockSec = Math.floor(Date.now() / 1000);
  /** What registering answered. */
  let first: Row;
  let other: Row;
  let second: Row;

  before(async () => {
    const register = async (change: Row) => {
      // Registrations of one second have no order of their own.
      await api.chain.provider.send('evm_increaseTime', [60]);
      const { body } = await api.post('/register', { ...REGISTRATION, ...change });
      const server = body.server as Row;
      expect(server.price).to.be.a('string');
      return { ...server, price: Number(server.price) };
    };
    first = await register({});
    other = await register({ content_distributor_wallet: OTHER, stream_url: 'http://localhost:9000/other' });
    second = await register({ cid: SECOND, video_name: 'Second', price: '0.5' });
    await api.post('/register', { ...REGISTRATION, cid: UNSERVED });
    await api.post('/deregister', { cid: UNSERVED, content_distributor_wallet: PROVIDER });
  });

  const read = async (path: string) => {
    const { status, body } = await api.get(path);
    expect(status, path).to.equal(200);
    return body;
  };

  it('/get_stream_by_cid/{cid} is the oldest registration, as registering it answered', async () => {
    expect(await read(`/get_stream_by_cid/${CID}`)).to.deep.equal({ cid: CID, server: first });
    expect(await read(`/get_stream_by_cid/${CID_V0}`)).to.deep.equal({ cid: CID_V0, server: first });
    expectProblem(await api.get(`/get_stream_by_cid/${UNSERVED}`), 404, 'unknown_stream', 'cid');
  });

  it('/get_list_stream_by_cid/{cid} is all who serve it, an empty list where nobody does', async () => {
    expect(await read(`/get_list_stream_by_cid/${CID}`)).to.deep.equal({ cid: CID, servers: [first, other] });
    expect(await read(`/get_list_stream_by_cid/${UNSERVED}`)).to.deep.equal({ cid: UNSERVED, servers: [] });
  });

  it('/get_all_streams_by_cid is all streams by CID', async () => {
    expect(await read('/get_all_streams_by_cid')).to.deep.equal({
      matching_cids: { [CID]: [first, other], [SECOND]: [second] },
    });
  });

  it('/get_all_streams_by_uid is all streams by the wallet of their provider', async () => {
    expect(await read('/get_all_streams_by_uid')).to.deep.equal({
      matching_cids: { [PROVIDER]: [first, second], [OTHER]: [other] },
    });
  });

  it('/get_list_stream_by_wallet/{wallet} is what a provider serves, by CID', async () => {
    for (const wallet of [PROVIDER, PROVIDER.toLowerCase()]) {
      expect(await read(`/get_list_stream_by_wallet/${wallet}`)).to.deep.equal({
        results: { [CID]: [first], [SECOND]: [second] },
      });
    }
    expect(await read(`/get_list_stream_by_wallet/${VIEWER}`)).to.deep.equal({ results: {} });
  });

  it('/get_stream_by_wallet_cid/{wallet}/{cid} is what a provider has of a content', async () => {
    expect(await read(`/get_stream_by_wallet_cid/${OTHER.toLowerCase()}/${CID_V0}`)).to.deep.equal({
      wallet: OTHER,
      servers: [other],
    });
    expect(await read(`/get_stream_by_wallet_cid/${OTHER}/${SECOND}`)).to.deep.equal({
      wallet: OTHER,
      servers: [],
    });
  });

  it('/meta/get_metadata/{cid} is the documented columns and nothing else', async () => {
    expect(await read(`/meta/get_metadata/${SECOND}`)).to.deep.equal({
      cid: SECOND,
      video_name: 'Second',
      content_creator_wallet: CREATOR,
      creator_share: 70,
      provider_share: 30,
      price: 0.5,
    });
    const unknown = 'bafybeidg2n4qmm7g56klatjevkurow6xcsg23z5j5iab7ydp5swutagf6u';
    expectProblem(await api.get(`/meta/get_metadata/${unknown}`), 404, 'unknown_content', 'cid');
  });

  it('/meta/get_metadata/{cid} asks which listing is meant where there are several', async () => {
    const { body } = await api.post('/register', {
      ...REGISTRATION,
      cid: SECOND,
      content_creator_wallet: OTHER,
      price: 2,
    });
    expect(body.server).to.include({ content_creator_wallet: OTHER });
    expectProblem(await api.get(`/meta/get_metadata/${SECOND}`), 409, 'ambiguous_listing', 'token');
    const named = await read(`/meta/get_metadata/${SECOND}?creator=${OTHER}`);
    expect(named).to.include({ content_creator_wallet: OTHER, price: 2 });
  });

  it('/meta/get_all_metadata is all listings, the latest first', async () => {
    const { metadata } = await read('/meta/get_all_metadata');
    const shown = (metadata as Row[]).map(({ cid, content_creator_wallet }) => [cid, content_creator_wallet]);
    expect(shown).to.deep.equal([
      [SECOND, OTHER],
      [UNSERVED, CREATOR],
      [SECOND, CREATOR],
      [CID, CREATOR],
    ]);
  });

  it('show the terms in force, not those at the time of registration', async () => {
    await api.as(1).scheduleTerms(String(first.content_id), parseEther('0.003'), 3_000, 0);
    await api.settled();
    const now = clockSec;
    for (const [sec, price] of [
      [now, 0.001],
      [now + 90 * 86_400, 0.003],
    ] as const) {
      clockSec = sec;
      const { server } = await read(`/get_stream_by_cid/${CID}`);
      expect(server).to.deep.include({ stream_url: first.stream_url, price });
      expect((await read(`/meta/get_metadata/${CID}`)).price).to.equal(price);
    }
    clockSec = now;
  });

  it('take pages; the next one is named in the Link header, until there is none', async () => {
    for (const [path, count] of [
      ['/get_all_streams_by_cid', 4],
      ['/get_all_streams_by_uid', 4],
      [`/get_list_stream_by_cid/${CID}`, 2],
      [`/get_list_stream_by_wallet/${PROVIDER}`, 3],
      ['/meta/get_all_metadata', 4],
    ] as const) {
      const pages: Row[] = [];
      let next: string | undefined = `${path}?limit=1`;
      while (next !== undefined) {
        const { body, headers } = await api.get(next);
        pages.push(body);
        next = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
        expect(pages.length, path).to.be.at.most(count);
      }
      expect(pages.flatMap(rowsIn).length, path).to.equal(count);
      expect(pages.flatMap(rowsIn)).to.have.deep.members(rowsIn(await read(path)));
    }
    expectProblem(await api.get('/get_all_streams_by_cid?limit=1001'), 400, 'bad_limit', 'limit');
    expectProblem(await api.get('/meta/get_all_metadata?cursor=x'), 400, 'bad_cursor', 'cursor');
  });

  it('DELETE /delete-content_web3/{cid} takes a file away, whoever sent no body for it', async () => {
    const upload = async (content: string, creator: string) => {
      const { body } = await api.upload(content, { ...UPLOAD, content_creator_wallet: creator });
      return String((body.meta as Row).cid);
    };
    const remove = (cid: string) => api.call('DELETE', `/delete-content_web3/${cid}`);
    const cid = await upload('to be deleted', OTHER);
    const { status, body } = await remove(cid);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body).to.include({ cid, content_creator_wallet: OTHER });
    expect((await fetch(`${api.url}/ipfs/${cid}`)).status).to.equal(404);
    expectProblem(await remove(cid), 404, 'media_not_found', 'cid');

    const shared = await upload('sold by two', OTHER);
    await upload('sold by two', CREATOR);
    expectProblem(await remove(shared), 409, 'ambiguous_listing', 'token');
    const named = await api.send('DELETE', `/delete-content_web3/${shared}`, {
      content_creator_wallet: OTHER,
    });
    expectProblem(named, 409, 'media_in_use', 'cid');
  });

  it('may have their Link header read by a page', async () => {
    const { headers } = await api.get('/get_all_streams_by_cid?limit=1', { origin: 'http://localhost:3000' });
    expect(headers.get('access-control-expose-headers')?.split(',')).to.include('Link');
  });
});

/** Whatever lists a body has, one after the other. */
function rowsIn(body: Row): unknown[] {
  return Object.values(body).flatMap((value) => {
    if (Array.isArray(value)) return value;
    return typeof value === 'object' && value !== null ? rowsIn(value as Row) : [];
  });
}
