import { expect } from 'chai';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import { CID, CREATOR, expectProblem, PROVIDER, REGISTRATION, REPORT, useApi } from './api.ts';

/** What others have made of one CID and of one wallet, beside the one listing and stream of its own. */
const COPIES = 1_100;
const MOST = 1_000;
const COUNTED = ['offers', 'searchContents', 'activeStreams', 'streamsBy'] as const;

type Row = Record<string, unknown>;

describe('lists that others make long', () => {
  const api = useApi();
  /** Rows that the records have given since the last look. */
  let given = 0;

  before(async () => {
    await api.post('/register', REGISTRATION);
    await api.settled();
    copyRows(api.records);
    const { store } = api.deps;
    for (const name of COUNTED) {
      const real = store[name] as (...args: unknown[]) => Promise<unknown>;
      Object.assign(store, {
        [name]: async (...args: unknown[]) => {
          const found = (await real(...args)) as Row[] | { rows: Row[] };
          given += Array.isArray(found) ? found.length : found.rows.length;
          return found;
        },
      });
    }
  });
  beforeEach(() => {
    given = 0;
  });

  for (const [path, name] of [
    [`/contents/${CID}`, 'contents'],
    [`/streams/${CID}`, 'streams'],
    [`/wallets/${PROVIDER}/streams`, 'streams'],
  ] as const) {
    it(`GET ${path} answers pages of at most ${MOST}, without a gap or a repetition`, async () => {
      const first = await api.get(path);
      expect(first.body[name]).to.have.length(MOST);
      const next = await api.get(`${path}?cursor=${first.body.next_cursor}`);
      expect(next.body[name]).to.have.length(COPIES + 1 - MOST);
      expect(next.body).to.not.have.property('next_cursor');
      const rows = [...(first.body[name] as Row[]), ...(next.body[name] as Row[])];
      const ids = rows.map((row) => `${row.content_id} ${row.content_distributor_wallet}`);
      expect(new Set(ids).size).to.equal(COPIES + 1);
      expect((await api.get(`${path}?limit=3`)).body[name]).to.deep.equal(rows.slice(0, 3));
    });
  }

  it(`GET /wallets/{wallet}/earnings answers at most ${MOST} rows, coins first`, async () => {
    const path = `/wallets/${PROVIDER}/earnings`;
    const { status, body } = await api.get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    expect(body.by_coin).to.have.length(1);
    expect(body.by_day).to.have.length(MOST - 1);
    const next = await api.get(`${path}?cursor=${body.next_cursor}`);
    expect(next.body).to.have.all.keys('wallet', 'by_coin', 'by_day');
    expect(next.body.by_coin).to.deep.equal([]);
    expect(next.body.by_day).to.have.length(COPIES - MOST + 1);
  });

  for (const path of [
    `/get_list_stream_by_cid/${CID}`,
    `/get_list_stream_by_wallet/${PROVIDER}`,
    `/get_stream_by_wallet_cid/${PROVIDER}/${CID}`,
    '/get_all_streams_by_cid',
    '/get_all_streams_by_uid',
    '/meta/get_all_metadata',
  ]) {
    it(`GET ${path} names its next page`, async () => {
      const { body, headers } = await api.get(`${path}?limit=2`);
      const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(next).to.match(new RegExp(`^${path.replace('?', '.')}\\?`));
      const after = await api.get(next);
      expect(after.status).to.equal(200);
      expect(after.body).to.not.deep.equal(body);
      expect(given).to.be.at.most(6);
    });
  }

  it('are not read by calls that name the CID', async () => {
    const { creator_wallet, ...unnamed } = REPORT;
    const calls: [name: string, call: () => Promise<{ status: number }>, status: number][] = [
      ['POST /register', () => api.post('/register', REGISTRATION), 200],
      ['POST /api/record-view', () => api.post('/api/record-view', { ...unnamed, creator_wallet }), 200],
      ['DELETE /media', () => api.remove(CID, CREATOR), 404],
      ['GET /get_stream_by_cid', () => api.get(`/get_stream_by_cid/${CID}`), 200],
      ['GET /ipfs', () => api.get(`/ipfs/${CID}`), 404],
      [
        'POST /deregister',
        () => api.post('/deregister', { cid: CID, content_distributor_wallet: PROVIDER, creator: CREATOR }),
        200,
      ],
    ];
    for (const [name, call, status] of calls) {
      given = 0;
      expect((await call()).status, name).to.equal(status);
      expect(given, name).to.be.at.most(25);
    }
  });

  it('name at most 20 candidates where it is not clear which listing is meant', async () => {
    const answer = await api.get(`/meta/get_metadata/${CID}`);
    expectProblem(answer, 409, 'ambiguous_listing', 'token');
    expect(answer.body.candidates).to.have.length(20);
    expect(answer.body.detail).to.match(/^More than 20 listings of /);
  });
});

/** Listings by other creators, each with a stream of the provider: as if the chain had told them. */
function copyRows(path: string): void {
  const db = openDatabase(path, RECORDS);
  const copyOf = (table: string, changed: Record<string, string>) => {
    const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    const values = columns.map((column) => changed[column] ?? column);
    return db.prepare(`INSERT INTO ${table} (${columns}) SELECT ${values} FROM ${table} LIMIT 1`);
  };

  const id = "'0x' || printf('%064x', @nth)";
  const wallet = "'0x' || printf('%040x', @nth)";
  const content = copyOf('content_metadata', {
    ...{ content_id: id, content_creator_wallet: wallet, published_log_index: 'published_log_index + @nth' },
  });
  const stream = copyOf('streams', { content_id: id, creator: wallet });
  const credits = db.prepare(
    `INSERT INTO credits (account, contract, token, credited)
      SELECT provider, contract, '0x' || printf('%040x', 0), '5' FROM streams LIMIT 1`,
  );
  const day = db.prepare(
    `INSERT INTO earnings_daily (wallet, day, contract, token, role, amount)
      SELECT provider, date('2020-01-01', @nth || ' days'), contract, '0x' || printf('%040x', 0), 'provider', '1'
      FROM streams LIMIT 1`,
  );
  db.transaction(() => {
    credits.run();
    for (let nth = 1; nth <= COPIES; nth += 1) day.run({ nth });
    for (let nth = 1; nth <= COPIES; nth += 1) {
      content.run({ nth });
      stream.run({ nth });
    }
  })();
  db.close();
}
