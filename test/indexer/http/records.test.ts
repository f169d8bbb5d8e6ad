import { expect } from 'chai';
import { parseEther } from 'ethers';
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

const UNLISTED = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
const PRICE = parseEther('0.001');

type Row = Record<string, unknown>;

describe('views', () => {
  const api = useApi();
  let contentId: string;
  let payment: string;

  before(async () => {
    const { body } = await api.post('/register', REGISTRATION);
    contentId = String((body.server as Row).content_id);
    const paid = await api.as(3).payView(contentId, PROVIDER, 2, 2n * PRICE, { value: 2n * PRICE });
    payment = paid.hash;
    await api.settled();
  });

  const report = (change: Row = {}) => api.post('/api/record-view', { ...REPORT, ...change });
  const records = async (path: string) => {
    const { body } = await api.get(`/api/get-records/${path}`);
    return { rows: body.records as Row[], next: body.next_cursor };
  };

  describe('POST /api/record-view', () => {
    const refusals: [
      name: string,
      change: Row,
      status: number,
      code: Parameters<typeof expectProblem>[2],
      field: string,
    ][] = [
      ['a content that nobody has listed', { cid: UNLISTED }, 404, 'unknown_content', 'cid'],
      ['another creator than that of the listing', { creator_wallet: OTHER }, 404, 'unknown_content', 'cid'],
      ['another price than that in force', { price: '0.0011' }, 409, 'price_differs', 'price'],
      [
        'a provider that has never served it',
        { provider_wallet: OTHER },
        409,
        'not_served_by',
        'provider_wallet',
      ],
      [
        'a view in the future',
        { timestamp: '2123-07-31T12:00:00Z' },
        400,
        'timestamp_in_future',
        'timestamp',
      ],
    ];
    for (const [name, change, status, code, field] of refusals) {
      it(`refuses ${name} and records nothing`, async () => {
        const before = await api.state();
        expectProblem(await report(change), status, code, field);
        expect(await api.state()).to.deep.equal(before);
      });
    }

    it('names the price in force where another one is reported, and takes that one', async () => {
      const { body } = await report({ price: 1 });
      expect(body.example).to.equal('0.001');
      const timestamp = '2023-07-30T08:00:00Z';
      expect((await report({ price: body.example, timestamp })).status).to.equal(200);
    });

    it('records a view that no payment covers as not settled, once however often it is sent', async () => {
      const answers = await Promise.all([1, 2, 3].map(() => report({ timestamp: '2023-07-31T12:00:00Z' })));
      for (const { status, body } of answers) {
        const { repeated: _, ...rest } = body;
        expect(status).to.equal(200);
        expect(rest).to.deep.equal({
          message: 'View recorded successfully.',
          cid: CID,
          creator_wallet: CREATOR,
          settled: false,
          timestamp: '2023-07-31T12:00:00Z',
          linked_to: null,
        });
      }
      expect(answers.map(({ body }) => body.repeated).sort()).to.deep.equal([false, true, true]);
      // The same moment, as another clock and another client write it.
      await report({ timestamp: '2023-07-31T14:00:00.250+02:00' });
      await report({ timestamp: Date.parse('2023-07-31T12:00:00Z') / 1000, price: 0.001 });
      const { rows } = await records(`viewer/${VIEWER}?start_date=2023-07-31&end_date=2023-07-31`);
      expect(rows).to.have.length(1);
      expect(rows[0]).to.include({
        source: 'reported',
        settled: false,
        timestamp: '2023-07-31T12:00:00Z',
        tx_hash: null,
      });
    });

    it('links a report to the payment it names, and to no more units than were paid', async () => {
      const timestamps = [0, 1, 2].map((sec) => new Date(Date.now() - sec * 1000).toISOString());
      const answers = [];
      for (const timestamp of timestamps) answers.push((await report({ timestamp, tx_hash: payment })).body);
      expect(answers.map(({ settled }) => settled)).to.deep.equal([true, true, false]);
      const { rows } = await records(`cid/${CID}`);
      const direct = rows.filter(({ source }) => source === 'direct');
      expect(direct.map((row) => [row.id, row.units, row.reported_units])).to.deep.equal([
        [answers[0]?.linked_to, 2, 2],
      ]);
    });
  });

  describe('GET /api/get-records', () => {
    it('shows a payment with who, what, how much and when', async () => {
      const { rows } = await records(`cid/${CID}`);
      const block = await api.chain.provider.getBlock('latest');
      const [row] = rows.filter(({ source }) => source === 'direct');
      expect(row).to.include({
        cid: CID,
        blockchain_address: VIEWER,
        provider_wallet: PROVIDER,
        creator_wallet: CREATOR,
        price: '0.001',
        settled: true,
        units: 2,
        amount: '0.002',
        creator_amount: '0.0014',
        provider_amount: '0.0006',
        token: NATIVE,
        token_symbol: 'ETH',
        tx_hash: payment,
        block: block?.number,
        timestamp: new Date((block?.timestamp ?? 0) * 1000).toISOString().replace('.000Z', 'Z'),
      });
    });

    it('finds the same views by viewer, provider and creator, in any case', async () => {
      const { rows } = await records(`cid/${CID}`);
      expect(rows).to.have.length.above(2);
      for (const [by, wallet] of [
        ['viewer', VIEWER],
        ['provider', PROVIDER],
        ['creator', CREATOR],
      ] as const) {
        for (const spelling of [wallet, wallet.toLowerCase()]) {
          expect((await records(`${by}/${spelling}`)).rows, by).to.deep.equal(rows);
        }
      }
    });

    for (const path of [`cid/${UNLISTED}`, `viewer/${OTHER}`, `provider/${OTHER}`, `creator/${OTHER}`]) {
      it(`/${path} is an empty list, not an error`, async () => {
        expect(await records(path)).to.deep.equal({ rows: [], next: null });
      });
    }

    it('takes start_date and end_date as whole days in UTC, both included', async () => {
      const moments = ['2022-03-01T00:00:00Z', '2022-03-01T23:59:59Z', '2022-03-02T00:00:00Z'];
      for (const timestamp of moments) await report({ timestamp });
      const times = async (query: string) =>
        (await records(`cid/${CID}?${query}`)).rows.map(({ timestamp }) => timestamp);
      const [first, second, third] = moments;
      expect(await times('start_date=2022-03-01&end_date=2022-03-01')).to.deep.equal([second, first]);
      expect(await times('start_date=2022-03-02&end_date=2022-03-02')).to.deep.equal([third]);
      expect(await times('end_date=2022-03-02')).to.deep.equal([third, second, first]);
      expect(await times('end_date=2022-02-28')).to.deep.equal([]);
      expect(await times('start_date=2022-03-02')).to.not.include(second);
    });

    it('goes through all pages, newest first, without a gap or a repetition', async () => {
      const { rows: all } = await records(`cid/${CID}?limit=1000`);
      const times = all.map(({ timestamp }) => String(timestamp));
      expect(times).to.deep.equal([...times].sort().reverse());
      const paged: Row[] = [];
      let cursor = '';
      for (let pages = 0; pages <= all.length; pages += 1) {
        const { rows, next } = await records(`cid/${CID}?limit=2${cursor}`);
        expect(rows.length).to.be.at.most(2);
        paged.push(...rows);
        if (next === null) break;
        cursor = `&cursor=${String(next)}`;
      }
      expect(paged).to.deep.equal(all);
    });
  });

  describe('GET /wallets/{wallet}/earnings', () => {
    it('is empty for a wallet that has earned nothing', async () => {
      const { body } = await api.get(`/wallets/${OTHER}/earnings`);
      expect(body).to.deep.equal({ wallet: OTHER, by_coin: [], by_day: [] });
    });

    it('shows what is credited, by coin and by day, and what is withdrawn', async () => {
      await (await api.as(1).withdraw(NATIVE)).wait();
      await api.as(3).payView(contentId, PROVIDER, 1, PRICE, { value: PRICE });
      await api.settled();
      const { body } = await api.get(`/wallets/${CREATOR.toLowerCase()}/earnings`);
      expect(body.wallet).to.equal(CREATOR);
      const [coin, ...otherCoins] = body.by_coin as Row[];
      expect(otherCoins).to.deep.equal([]);
      expect(coin).to.include({ token: NATIVE, credited: '0.0021', returned: '0', withdrawn: '0.0014' });
      expect(coin?.balance).to.equal('0.0007');
      expect(BigInt(String(coin?.balance_base_units))).to.equal(await api.as(0).credits(CREATOR, NATIVE));
      const [day] = body.by_day as Row[];
      expect(day).to.include({ role: 'creator', amount: '0.0021', token_symbol: 'ETH' });
      expect(day?.day).to.match(/^\d{4}-\d\d-\d\d$/);
    });

    it('shows what each content, and each provider of it, has brought in', async () => {
      const [content] = (await api.get(`/contents/${CID}`)).body.contents as Row[];
      const earned = { token: NATIVE, token_symbol: 'ETH', contract: content?.contract };
      const { contents } = (await api.get(`/wallets/${CREATOR}/earnings/contents`)).body;
      expect(contents).to.have.length(1);
      expect((contents as Row[])[0]).to.include({
        ...{ ...earned, content_id: contentId, cid: content?.cid, video_name: content?.video_name },
        ...{ role: 'creator', amount: '0.0021', units: '3', payments: '2', unit: 'view' },
      });
      const { providers } = (await api.get(`/wallets/${CREATOR}/earnings/providers`)).body;
      expect(providers).to.have.length(1);
      expect((providers as Row[])[0]).to.include({ ...earned, provider_wallet: PROVIDER, amount: '0.0021' });
      const own = (await api.get(`/wallets/${PROVIDER}/earnings/contents`)).body.contents as Row[];
      expect(own.map(({ role, amount }) => [role, amount])).to.deep.equal([['provider', '0.0009']]);
      expect((await api.get(`/wallets/${PROVIDER}/earnings/providers`)).body.providers).to.deep.equal([]);
    });
  });

  describe('the time of a report', () => {
    it('takes a time without a zone as UTC, and seconds as text, and says which second it counts for', async () => {
      const spellings = [
        ['2022-01-01T01:01:01', '2022-01-01T01:01:01Z'],
        ['2022-01-01 01:01:02', '2022-01-01T01:01:02Z'],
        ['2022-01-01T01:01:03.999999', '2022-01-01T01:01:03Z'],
        ['2022-01-01T03:01:04+02:00', '2022-01-01T01:01:04Z'],
        ['1640998865', '2022-01-01T01:01:05Z'],
        [1_640_998_866, '2022-01-01T01:01:06Z'],
      ] as const;
      for (const [timestamp, taken] of spellings) {
        const { status, body } = await report({ timestamp });
        expect(status, JSON.stringify(body)).to.equal(200);
        expect(body).to.include({ timestamp: taken, repeated: false });
      }
      const { rows } = await records(`cid/${CID}?end_date=2022-01-01`);
      expect(rows.map((row) => row.timestamp)).to.deep.equal(spellings.map(([, taken]) => taken).reverse());
    });

    it('says that a view was reported before: within one second there is one', async () => {
      const first = await report({ timestamp: '2021-05-05T05:05:05.100Z' });
      const other = await report({ timestamp: '2021-05-05 05:05:05.900' });
      expect(first.body.repeated).to.equal(false);
      expect(other.body.repeated).to.equal(true);
      expect(other.body.message).to.equal(first.body.message);
      const { rows } = await records(`cid/${CID}?end_date=2021-05-05`);
      expect(rows).to.have.length(1);
    });
  });
});
