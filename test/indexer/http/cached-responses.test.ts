import { get, type IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { parseEther, ZeroAddress } from 'ethers';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { CID, CREATOR, eventually, OTHER, PROVIDER, REGISTRATION, REPORT, useApi, VIEWER } from './api.ts';

const PRICE = parseEther('0.001');
const HISTORIES = [`cid/${CID}`, `viewer/${VIEWER}`, `provider/${PROVIDER}`, `creator/${CREATOR}`].map(
  (path) => `/api/get-records/${path}`,
);
const CACHED = [
  ...HISTORIES,
  '/contents',
  `/contents/${CID}`,
  '/streams',
  `/streams/${CID}`,
  `/wallets/${PROVIDER}/streams`,
  `/wallets/${PROVIDER}/earnings`,
  `/wallets/${CREATOR}/earnings`,
];

type Row = Record<string, unknown>;

describe('cached responses', () => {
  const api = useApi({ nowSec: () => clockSec });
  let contentId: string;
  let clockSec = Math.floor(Date.now() / 1000);
  /** What was asked of the records, by name. */
  const asked: string[] = [];

  before(async () => {
    const { body } = await api.post('/register', REGISTRATION);
    contentId = String((body.server as Row).content_id);
    const { store } = api.deps;
    for (const name of ['views', 'viewsBeside', 'searchContents', 'earnings'] as const) {
      const real = store[name] as (...args: unknown[]) => Promise<never>;
      Object.assign(store, {
        [name]: (...args: unknown[]) => {
          asked.push(name);
          return real(...args);
        },
      });
    }
  });
  beforeEach(async () => {
    // Kept from here on.
    for (const path of CACHED) await api.get(path);
    asked.length = 0;
  });

  const pay = async (units = 1n) => {
    const value = units * PRICE;
    const paid = await api.as(3).payView(contentId, PROVIDER, units, value, { value });
    await api.settled();
    return paid.hash;
  };
  const rows = async (path: string, of = 'records') => (await api.get(path)).body[of] as Row[];

  it('are sent without asking the records anew', async () => {
    for (const path of CACHED) {
      const [first, second] = [await api.get(path), await api.get(path)];
      expect(second.body).to.deep.equal(first.body);
    }
    expect(asked).to.deep.equal([]);
  });

  it('are kept from one second to the next, also where terms take effect by time alone', async () => {
    clockSec += 3;
    for (const path of CACHED) await api.get(path);
    expect(asked).to.deep.equal([]);
    for (const path of ['/contents?max_price=0.001', '/contents?max_price=0.001']) await api.get(path);
    clockSec += 1;
    await api.get('/contents?max_price=0.001');
    expect(asked).to.deep.equal(['searchContents', 'searchContents']);
  });

  it('are made once for all who ask at the same moment', async () => {
    await pay();
    const path = `${HISTORIES[0]}?limit=7`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.get(path)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
    expect(asked).to.deep.equal(['views']);
  });

  it('are made anew after a new view, all that show it and no others', async () => {
    const tx = await pay();
    for (const path of HISTORIES) expect((await rows(path))[0]?.tx_hash, path).to.equal(tx);
    expect(asked).to.deep.equal(HISTORIES.map(() => 'viewsBeside'));
    asked.length = 0;
    for (const path of CACHED) await api.get(path);
    expect(asked).to.deep.equal(['searchContents', 'searchContents', 'earnings', 'earnings']);
  });

  it('of the catalogue count a view, a report and a stream at once', async () => {
    const counted = async () => {
      const found = await Promise.all(
        ['/contents', `/contents/${CID}`].map((path) => rows(path, 'contents')),
      );
      return found.map((listed) => {
        const { views, streams } = listed.find(({ content_id }) => content_id === contentId) ?? {};
        return [Number(views), Number(streams)] as const;
      });
    };
    const [[views, streams] = [0, 0]] = await counted();
    const both = (...counts: [number, number]) => [counts, counts];
    await pay();
    expect(await counted()).to.deep.equal(both(views + 1, streams));
    await api.post('/api/record-view', { ...REPORT, timestamp: '2018-01-01T00:00:00Z' });
    expect(await counted()).to.deep.equal(both(views + 2, streams));
    await api.post('/register', { ...REGISTRATION, content_distributor_wallet: OTHER });
    expect(await counted()).to.deep.equal(both(views + 2, streams + 1));
    await api.post('/deregister', { cid: CID, content_distributor_wallet: OTHER });
    expect(await counted()).to.deep.equal(both(views + 2, streams));
  });

  it('of earnings are made anew when something is withdrawn, and by no report', async () => {
    const path = `/wallets/${PROVIDER}/earnings`;
    const [earned] = await rows(path, 'by_coin');
    await api.post('/api/record-view', { ...REPORT, timestamp: '2019-01-01T00:00:00Z' });
    asked.length = 0;
    await api.get(path);
    expect(asked).to.deep.equal([]);
    await api.as(2).withdraw(ZeroAddress);
    await api.settled();
    const [left] = await rows(path, 'by_coin');
    expect(left).to.include({ credited: earned?.credited, withdrawn: earned?.credited, balance: '0' });
    await api.get(`/wallets/${CREATOR}/earnings`);
    expect(asked).to.deep.equal(['earnings']);
  });

  it('are put together of the rows before and new ones, the same as if all were new', async () => {
    const path = (limit: number) => `${HISTORIES[0]}?limit=${limit}`;
    for (const limit of [1, 2, 3]) await api.get(path(limit));
    for (let round = 0; round < 3; round += 1) {
      await pay();
      await api.post('/api/record-view', {
        ...REPORT,
        timestamp: `2020-01-0${round + 1}T00:00:00Z`,
      });
      for (const limit of [1, 2, 3]) {
        const { body } = await api.get(path(limit));
        const fresh = await api.get(`${HISTORIES[0]}?limit=${limit}&start_date=2000-0${round + 1}-01`);
        // Each list has cursors of its own.
        expect(body.records).to.deep.equal(fresh.body.records);
      }
    }
    expect(asked.filter((name) => name === 'viewsBeside')).to.have.length(9);
    expect(asked.filter((name) => name === 'views')).to.have.length(12);
  });

  it('are made anew after a report, and after a payment that covers it', async () => {
    const paths = HISTORIES.map((path) => path.replace(VIEWER, OTHER));
    const sources = async (path: string) =>
      (await rows(path)).filter((row) => row.blockchain_address === OTHER).map(({ source }) => source);
    for (const path of paths) expect(await sources(path), path).to.deep.equal([]);
    const timestamp = new Date(clockSec * 1000 - 60_000).toISOString();
    await api.post('/api/record-view', { ...REPORT, blockchain_address: OTHER, timestamp });
    for (const path of paths) expect(await sources(path), path).to.deep.equal(['reported']);
    await api.as(4).payView(contentId, PROVIDER, 1n, PRICE, { value: PRICE });
    await api.settled();
    for (const path of paths) expect(await sources(path), path).to.deep.equal(['direct']);
  });

  it('are made anew after a publication and a registration', async () => {
    const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy';
    expect(await rows(`/streams/${cid}`, 'streams')).to.deep.equal([]);
    await api.post('/register', { ...REGISTRATION, cid });
    asked.length = 0;
    await api.get(`/contents/${CID}`);
    expect(asked).to.deep.equal([]);
    const names = async (path: string, of: string) => (await rows(path, of)).map((row) => row.cid);
    expect(await names('/contents', 'contents')).to.include(cid);
    for (const path of ['/streams', `/streams/${cid}`, `/wallets/${PROVIDER}/streams`]) {
      expect(await names(path, 'streams'), path).to.include(cid);
    }
    await api.post('/deregister', { cid, content_distributor_wallet: PROVIDER });
    for (const path of ['/streams', `/streams/${cid}`, `/wallets/${PROVIDER}/streams`]) {
      expect(await names(path, 'streams'), path).to.not.include(cid);
    }
  });

  it('show terms that were announced, and that they are in force once their time has come', async () => {
    await api.as(1).scheduleTerms(contentId, 2n * PRICE, 3_000, 0);
    await api.settled();
    const listing = async () => (await rows(`/contents/${CID}`, 'contents'))[0];
    const cheap = async () =>
      (await rows('/contents?max_price=0.001', 'contents')).filter(({ cid }) => cid === CID).length;
    const announced = await listing();
    expect(announced).to.include({ price: '0.001' });
    expect(await cheap()).to.equal(1);
    const scheduled = announced?.scheduled as Row | undefined;
    clockSec = Date.parse(String(scheduled?.effective_at)) / 1000 - 1;
    expect(await listing()).to.deep.equal(announced);
    clockSec += 1;
    expect(await listing()).to.include({ price: '0.002', scheduled: null });
    expect(await cheap()).to.equal(0);
    clockSec = Math.floor(Date.now() / 1000);
    await api.as(1).cancelTerms(contentId);
    await api.settled();
  });

  it('are made anew after a reorganisation', async () => {
    const before = await Promise.all(HISTORIES.map((path) => rows(path)));
    const snapshot = await api.chain.provider.send('evm_snapshot', []);
    const tx = await pay();
    expect((await rows(String(HISTORIES[0])))[0]?.tx_hash).to.equal(tx);
    await api.chain.provider.send('evm_revert', [snapshot]);
    for (const [index, path] of HISTORIES.entries()) {
      const reverted = await eventually(
        () => rows(path),
        (found) => found.length === before[index]?.length,
      );
      expect(reverted, path).to.deep.equal(before[index]);
    }
    const other = await pay(2n);
    for (const path of HISTORIES) expect((await rows(path))[0]).to.include({ tx_hash: other, units: 2 });
  });

  it('are made anew after another process has changed the records', async () => {
    await api.post('/api/record-view', { ...REPORT, timestamp: '2021-01-01T00:00:00Z' });
    const [known] = await api.deps.store.unsettledReports({});
    if (!known) throw new Error('no report is open');
    await api.get(String(HISTORIES[0]));
    const other = openSqliteBook({ path: api.book });
    const ref = `0x${'5'.repeat(64)}`;
    await other.recordReport({ ...known, ref, viewTimeSec: known.viewTimeSec - 60 });
    for (const path of HISTORIES) expect((await rows(path)).map(({ id }) => id)).to.include(ref);
    await other.close();
  });

  describe('are answered like any other', () => {
    const path = `${HISTORIES[0]}?limit=3`;
    const CLIENTS: Record<string, Record<string, string>> = {
      'no page at all': {},
      'a page that may write': { origin: 'http://localhost:3000' },
      'a page elsewhere': { origin: 'http://evil.example' },
      'a client that unpacks': { 'accept-encoding': 'gzip, br' },
      'a client that has it': { 'if-none-match': '*' },
      'a client that has another': { 'if-none-match': '"x"', 'x-forwarded-for': '192.0.2.1' },
    };

    for (const [client, headers] of Object.entries(CLIENTS)) {
      it(`to ${client}, header by header`, async () => {
        for (const method of ['GET', 'HEAD']) {
          await pay();
          asked.length = 0;
          const [made, kept] = [await sent(method, headers), await sent(method, headers)];
          expect(asked).to.have.length(1);
          expect(kept).to.deep.equal(made);
          expect(kept).to.include('Cache-Control: no-cache').and.include('X-Content-Type-Options: nosniff');
        }
      });
    }

    /** Status and headers as they come, but for the time of day. */
    function sent(method: string, headers: Record<string, string>): Promise<string[]> {
      return new Promise((resolve, reject) => {
        const asking = { method, headers: { ...headers, 'x-request-id': 'the-same' } };
        const answered = ({ statusCode, rawHeaders }: IncomingMessage) => {
          const lines = rawHeaders.flatMap((name, at) => (at % 2 ? [] : `${name}: ${rawHeaders[at + 1]}`));
          resolve([String(statusCode), ...lines.filter((line) => !line.startsWith('Date:'))]);
        };
        const request = get(api.url + path, asking, (response) => answered(response.resume()));
        request.on('error', reject);
      });
    }

    it('under their own request id, in the metrics, and in the log only where that is wanted', async () => {
      const counted = async () => {
        const metrics = await (await fetch(`${api.url}/metrics`)).text();
        const line = /^http_ready_answers_total\{route="\/api\/get-records\/cid\/\{cid\}"\} (\d+)$/m.exec(
          metrics,
        );
        return Number(line?.[1] ?? 0);
      };
      const lines = () => api.logged.map(({ facts }) => facts).filter(({ path }) => path === HISTORIES[0]);
      await api.get(path);
      const [before, logged] = [await counted(), lines().length];
      const kept = await api.get(path, { 'x-request-id': 'kept-1' });
      expect(kept.headers.get('x-request-id')).to.equal('kept-1');
      expect(await eventually(counted, (count) => count > before)).to.equal(before + 1);
      expect(lines().length).to.equal(logged);
      Object.assign(api.deps.config, { logReadyAnswers: true });
      await api.get(path, { 'x-request-id': 'kept-2' });
      const [line] = await eventually(
        async () => lines().slice(logged),
        (found) => found.length > 0,
      );
      Object.assign(api.deps.config, { logReadyAnswers: false });
      const route = '/api/get-records/cid/{cid}';
      expect(line).to.include({ request_id: 'kept-2', method: 'GET', route, status: 200 });
      expect(asked).to.have.length.below(2);
    });

    it('to HEAD without the body', async () => {
      const get = await api.get(path);
      const head = await fetch(api.url + path, { method: 'HEAD' });
      expect(head.headers.get('content-length')).to.equal(get.headers.get('content-length'));
      expect(head.headers.get('etag')).to.equal(get.headers.get('etag'));
      expect(await head.text()).to.equal('');
    });

    it('with 304 to a client that has them, until they change', async () => {
      const etag = String((await api.get(path)).headers.get('etag'));
      const again = (tag: string) => fetch(api.url + path, { headers: { 'if-none-match': tag } });
      for (const tag of [etag, `W/${etag}, "x"`]) {
        const answer = await again(tag);
        expect(answer.status).to.equal(304);
        expect(answer.headers.get('etag')).to.equal(etag);
        expect(await answer.text()).to.equal('');
      }
      await pay();
      const changed = await again(etag);
      expect(changed.status).to.equal(200);
      expect(changed.headers.get('etag')).to.not.equal(etag);
      expect((await again(String(changed.headers.get('etag')))).status).to.equal(304);
    });

    it('under no name but the own one', async () => {
      const status = await new Promise((resolve) => {
        get(`${api.url}${path}`, { headers: { host: 'evil.example' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
      });
      expect(status).to.equal(421);
    });
  });

  it('are kept of nothing that went wrong', async () => {
    for (const path of ['/contents/Qm123', `/contents?creator=${OTHER}&cursor=x`, '/streams?limit=0']) {
      const [first, second] = [await api.get(path), await api.get(path)];
      expect(first.status, path).to.be.within(400, 499);
      expect(second.status).to.equal(first.status);
      expect(second.headers.get('cache-control')).to.equal('no-store');
    }
  });
});
