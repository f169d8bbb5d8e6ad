import { expect } from 'chai';
import { parseEther, solidityPacked } from 'ethers';
import {
  CID,
  CREATOR,
  expectProblem,
  NATIVE,
  OTHER,
  PROVIDER,
  REGISTRATION,
  REPORT,
  useApi,
  VIEWER,
} from './api.ts';

const PRICE = parseEther('0.001');
type Row = Record<string, unknown>;

describe('who has paid', () => {
  const api = useApi();
  let contentId: string;
  let copyId: string;

  before(async () => {
    const { body } = await api.post('/register', REGISTRATION);
    contentId = String((body.server as Row).content_id);
    const copy = await api.post('/register', { ...REGISTRATION, content_creator_wallet: OTHER });
    copyId = String((copy.body.server as Row).content_id);
    await api.as(3).payView(contentId, PROVIDER, 1, PRICE, { value: PRICE });
    // The fourth account says of the viewer what it likes, and pays itself for it.
    await sponsor(copyId, [1_700_000_000, 1_700_000_001]);
    await api.settled();
  });

  async function sponsor(of: string, times: number[]): Promise<void> {
    const views = times.map((sec, counter) =>
      solidityPacked(
        ['address', 'address', 'uint32', 'uint40', 'uint32'],
        [VIEWER, PROVIDER, 1, sec, counter + sec],
      ).slice(2),
    );
    const cost = PRICE * BigInt(times.length);
    const contents = [{ contentId: of, unitPrice: PRICE, views: `0x${views.join('')}` }];
    await (await api.as(4).sponsorViews(NATIVE, cost, 7n, contents, { value: cost })).wait();
  }
  const records = async (path: string) => {
    const { body } = await api.get(`/api/get-records/${path}`);
    return body.records as Row[];
  };

  it("is shown beside each view, and a wallet's own history leaves out what others say of it", async () => {
    const [own, ...more] = await records(`viewer/${VIEWER}`);
    expect(more).to.deep.equal([]);
    expect(own).to.include({ source: 'direct', payer: VIEWER, sponsor: null, attributed: false });
    const all = await records(`viewer/${VIEWER}?include=attributed`);
    expect(all.map(({ source }) => source)).to.deep.equal(['direct', 'sponsored', 'sponsored']);
    const payer = api.wallet(4).address;
    for (const row of all.slice(1)) expect(row).to.include({ payer, sponsor: payer, attributed: true });
    expect(await records(`provider/${PROVIDER}`)).to.deep.equal(all);
  });

  it('makes a sponsored view the own one of a viewer that reports it', async () => {
    const timestamp = 1_700_000_001;
    const { body } = await api.post('/api/record-view', { ...REPORT, creator_wallet: OTHER, timestamp });
    expect(body.settled).to.equal(true);
    const rows = await records(`viewer/${VIEWER}`);
    expect(rows.map(({ source, attributed }) => [source, attributed])).to.deep.equal([
      ['direct', false],
      ['sponsored', false],
    ]);
  });

  it('is asked for by listing: the views of a copy are not those of the first', async () => {
    const contract = api.chain.facts.contract;
    const sourcesOf = async (query: string) =>
      (await records(`cid/${CID}?${query}`)).map(({ source }) => source);
    expect(await sourcesOf(`content_id=${contentId}&contract=${contract}`)).to.deep.equal(['direct']);
    expect(await sourcesOf(`content_id=${copyId.toUpperCase().replace('0X', '0x')}`)).to.deep.equal([
      'sponsored',
      'sponsored',
    ]);
    expect(await sourcesOf(`content_id=${contentId}&contract=${OTHER}`)).to.deep.equal([]);
    const refused = await api.get(`/api/get-records/cid/${CID}?content_id=0x12`);
    expectProblem(refused, 400, 'bad_content_id', 'content_id');
  });

  it('is asked for by whether anybody has: settled or not', async () => {
    await api.post('/api/record-view', { ...REPORT, timestamp: '2023-07-31T12:00:00Z' });
    for (const path of [`cid/${CID}`, `viewer/${VIEWER}`, `provider/${PROVIDER}`, `creator/${CREATOR}`]) {
      const open = await records(`${path}?settled=false`);
      expect(
        open.map(({ source, payer }) => [source, payer]),
        path,
      ).to.deep.equal([['reported', null]]);
      const settled = await records(`${path}?settled=true`);
      expect(
        settled.some((row) => row.settled !== true),
        path,
      ).to.equal(false);
      expect(settled, path).to.have.length.above(0);
    }
    expectProblem(
      await api.get(`/api/get-records/cid/${CID}?settled=maybe`),
      400,
      'invalid_field',
      'settled',
    );
  });

  it('is in pages whose header leads on, with the same filters, from kept answers too', async () => {
    const path = `/api/get-records/cid/${CID}?limit=1&settled=true`;
    for (let time = 0; time < 2; time++) {
      const paged: Row[] = [];
      let next: string | undefined = path;
      while (next !== undefined) {
        const { body, headers } = await api.get(next);
        paged.push(...(body.records as Row[]));
        const link: string = headers.get('link') ?? '';
        next = /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
        expect(next !== undefined).to.equal(body.next_cursor !== null);
      }
      expect(paged).to.deep.equal(await records(`cid/${CID}?settled=true`));
    }
  });
});
