import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { CHAIN_TABLES } from '../../../indexer/store/rows.ts';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { NewerDatabase, OlderDatabase } from '../../../indexer/store/sqlite/migrate.ts';
import { FOLLOWING_TABLES } from '../../../indexer/store/sqlite/mirror/clearing.ts';
import { contentsSql } from '../../../indexer/store/sqlite/queries/catalogue-sql.ts';
import {
  CHANNEL_EVENTS_SQL,
  CHANNELS_SQL,
  CLAIMS_SQL,
} from '../../../indexer/store/sqlite/queries/channels.ts';
import { PAID_SQL, viewsSql } from '../../../indexer/store/sqlite/queries/history.ts';
import { OFFERS_SQL } from '../../../indexer/store/sqlite/queries/offers.ts';
import {
  STREAMS_APART_SQL,
  STREAMS_TAKEN_DOWN_SQL,
  streamsSql,
} from '../../../indexer/store/sqlite/queries/streams.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import { inShort } from './feed.suite.ts';
import { block, contentRow, hash, streamRow, viewRow } from './samples.ts';
import { describeStores } from './suite.ts';

/** Of lists that others can make long. */
const PARAMETERS = {
  nowSec: 1,
  ...{
    cidKey: 'k',
    cid: 'c',
    creator: 'w',
    token: 't',
    contract: 'c',
    contentId: 'i',
    provider: 'p',
    limit: 1,
  },
  ...{ afterSec: 1, afterContract: 'c', afterContentId: 'i', afterProvider: 'p' },
};

/** What a chain gives back, and what is known of following it. */
const CLEARED: readonly string[] = [
  ...CHAIN_TABLES.map((table) => (table === 'streaming_access_logs' ? 'views' : table)),
  ...FOLLOWING_TABLES,
];
/** What is not of the chain. */
const KEPT_TABLES = ['feed', 'link_hints', 'meta', 'names', 'taken_down'];
/** What the catalogue is looked up by, kept up by triggers. */
const DERIVED_TABLES = ['cid_listings', 'content_names'];
/** What is told to the book goes. */
const TOLD_TABLES = ['untold_links'];

describeStores('SQLite', async () => {
  const book = openSqliteBook({ path: ':memory:' });
  return { book, store: openSqliteStore({ path: ':memory:', book }) };
});

describe('openSqliteStore()', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
    path = join(folder, 'deep', 'records.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses a file of a newer version', () => {
    const db = openDatabase(path, RECORDS);
    const known = Number(db.pragma('user_version', { simple: true }));
    db.pragma(`user_version = ${known + 1}`);
    db.close();
    expect(() => openSqliteStore({ path }))
      .to.throw(NewerDatabase)
      .that.includes({ found: known + 1, known });
  });

  it('makes the folder, and finds everything again after it was closed', async () => {
    const first = openSqliteStore({ path });
    await first.commitBlocks([block(1)], { undoable: true });
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.cursor()).to.deep.equal({ number: 1, hash: hash('main 1') });
    await second.close();
  });

  it("says how to start anew where a file is of the contract's first version", () => {
    const db = openDatabase(path, RECORDS);
    db.pragma('user_version = 6');
    db.close();
    expect(() => openSqliteStore({ path }))
      .to.throw(OlderDatabase)
      .with.property('message')
      .that.includes(`delete ${dirname(path)}`);
  });

  it('goes on with the feed where it was', async () => {
    const first = openSqliteStore({ path });
    await first.commitBlocks([block(1, [viewRow({ block: 1 })])], { undoable: true });
    const end = await first.feedEnd();
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.feedEnd()).to.deep.equal(end);
    await second.close();
  });

  it('keeps the tail of the feed; what is older becomes one reset, and undoing it another', async () => {
    const store = openSqliteStore({ path, minFeedEntries: 10 });
    const views = (number: number) => [0, 1, 2, 3, 4].map((logIndex) => viewRow({ block: number, logIndex }));
    await store.commitBlocks(
      [block(1), block(2, views(2)), block(3, views(3)), block(4, views(4)), block(5, views(5))],
      { undoable: true },
    );
    const kept = await store.feedAfter(0, 100);
    expect(kept.map(({ event }) => event)).to.deep.equal([
      'reset',
      ...Array(kept.length - 1).fill('view.recorded'),
    ]);
    expect(kept.length).to.be.within(10, 21);
    const { seq } = await store.feedEnd();
    await store.rollbackTo(4);
    expect((await store.feedAfter(seq, 100)).length).to.equal(5);
    await store.rollbackTo(1);
    expect((await store.feedAfter(0, 100)).map(inShort)).to.deep.equal(['reset']);
    await store.close();
  });

  it('counts, and finds by words, what was there before it did', async () => {
    const before = openDatabase(path, { ...RECORDS, steps: RECORDS.steps.slice(0, 23) });
    const views = [0, 1].map((logIndex) => viewRow({ block: 1, logIndex }));
    for (const { table, key, set } of [contentRow(), streamRow('p', true, { block: 1 }), ...views]) {
      const row = { ...key, ...set };
      const values = Object.values(row).map((value) => (typeof value === 'bigint' ? String(value) : value));
      const sql = `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${values.map(() => '?')})`;
      before.prepare(sql).run(...values);
    }
    before.close();
    const store = openSqliteStore({ path });
    for (const sort of ['new', 'views', 'price'] as const) {
      const { rows } = await store.searchContents({ sort, q: 'smaple', nowSec: 0, limit: 9 });
      expect(rows.map(({ views, streams, listings }) => [views, streams, listings])).to.deep.equal([
        [2, 1, 1],
      ]);
    }
    await store.close();
  });

  it('keeps the documented columns, shares in percent', () => {
    const db = openDatabase(path, RECORDS);
    const { key, set } = contentRow({ provider_share_bps: 1234, price: '1000' });
    const row = { ...key, ...set };
    db.prepare(
      `INSERT INTO content_metadata (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`,
    ).run(...Object.values(row));
    const columns = 'cid, video_name, content_creator_wallet, creator_share, provider_share, price';
    expect(db.prepare(`SELECT ${columns} FROM content_metadata`).get()).to.include({
      creator_share: 87.66,
      provider_share: 12.34,
      price: '1000',
    });
    db.prepare(
      'SELECT cid, blockchain_address, provider_wallet, creator_wallet, price, timestamp FROM streaming_access_logs',
    );
    db.close();
  });

  it('empties every table of the chain, and no other', async () => {
    const open = () => openSqliteStore({ path, book });
    const book = openSqliteBook({ path: ':memory:' });
    await open().close();
    const db = openDatabase(path, RECORDS);
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
      )
      .pluck()
      .all();
    expect(tables).to.have.members([...CLEARED, ...DERIVED_TABLES, ...KEPT_TABLES, ...TOLD_TABLES]);
    // One row in each, whatever its columns are.
    db.pragma('ignore_check_constraints = ON');
    for (const table of tables) if (!DERIVED_TABLES.includes(table)) fill(db, table);
    db.close();
    const store = open();
    await store.clearChain();
    await store.close();
    await book.close();
    const after = openDatabase(path, RECORDS);
    const rows = (table: string) => after.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    for (const table of [...CLEARED, ...DERIVED_TABLES]) expect(rows(table), table).to.equal(0);
    for (const table of KEPT_TABLES) expect(rows(table), table).to.be.above(0);
    after.close();
  });

  it('commits durably: a full sync of the write-ahead log', () => {
    const db = openDatabase(path, RECORDS);
    expect(db.pragma('journal_mode', { simple: true })).to.equal('wal');
    expect(db.pragma('synchronous', { simple: true })).to.equal(2);
    db.close();
  });

  for (const [what, sql, parameters] of [
    ...(['viewer', 'provider', 'either'] as const).map(
      (role) =>
        [
          `channels of a wallet as ${role}`,
          CHANNELS_SQL[role],
          { wallet: 'w', with: 'p', beforeBlock: 1, beforeLogIndex: 1, limit: 1 },
        ] as const,
    ),
    [
      'what happened to a channel',
      CHANNEL_EVENTS_SQL,
      { contract: 'c', channelId: 'i', provider: 'p', limit: 1 },
    ],
    ...Object.entries(CLAIMS_SQL).map(
      ([name, sql]) =>
        [
          `claims: ${name}`,
          sql,
          { provider: 'p', contract: 'c', channelId: 'i', seq: 1, blockNumber: 1, logIndex: 1, limit: 1 },
        ] as const,
    ),
    ...[[], ['cidKey'], ['provider'], ['contract', 'contentId'], ['provider', 'cidKey']].map((given) => {
      const all = [...given, 'afterSec'];
      return [`streams by ${all.join(', ')}`, streamsSql(all), PARAMETERS] as const;
    }),
    ...(['new', 'views'] as const).map(
      (sort) =>
        [
          `contents by ${sort}`,
          contentsSql(sort, ['block']),
          { ...PARAMETERS, atViews: 1, block: 1, logIndex: 1 },
        ] as const,
    ),
    ['what a wallet has paid', PAID_SQL, { ...PARAMETERS, payer: 'w' }],
    ...Object.entries(OFFERS_SQL).map(([name, sql]) => [`offers: ${name}`, sql, PARAMETERS] as const),
  ] as [string, string, object][]) {
    it(`walks indexes for ${what}: no scan, no sorting`, () => {
      const db = openDatabase(path, RECORDS);
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(parameters)
        .map((step) => step.detail)
        .join('\n');
      expect(plan).to.match(/USING (COVERING )?INDEX/);
      expect(plan).not.to.match(/SCAN|TEMP B-TREE/);
      db.close();
    });
  }

  for (const [sort, filter, index] of [
    ...[
      ['new', 'isServed', 'content_served'] as const,
      ['views', 'isServed', 'content_served_by_views'] as const,
    ],
    ...[
      ['price', 'isServed', 'content_served_by_price'] as const,
      ['new', 'isFree', 'content_free'] as const,
    ],
    ...[
      ['views', 'isFree', 'content_free_by_views'] as const,
      ['price', 'isFree', 'content_free_by_price'] as const,
    ],
    ...[['new', 'token', 'content_by_token'] as const, ['price', 'token', 'content_by_price'] as const],
  ]) {
    it(`walks ${index} for contents by ${sort} with ${filter}, and sorts nothing`, () => {
      const db = openDatabase(path, RECORDS);
      const plan = db
        .prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${contentsSql(sort, [filter])}`)
        .all(PARAMETERS)
        .map(({ detail }) => detail)
        .join('\n');
      expect(plan).to.match(new RegExp(`content_metadata USING INDEX ${index}( |$)`, 'm'));
      expect(plan).not.to.include('TEMP B-TREE');
      db.close();
    });
  }

  it('looks through takedowns, not through the streams of a provider, for streams to end', () => {
    const db = openDatabase(path, RECORDS);
    const plan = db
      .prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${STREAMS_TAKEN_DOWN_SQL}`)
      .all('p');
    expect(plan.map(({ detail }) => detail)).to.deep.equal([
      'SCAN taken_down',
      'SEARCH streams USING INDEX streams_by_both (provider=? AND cid_key=?)',
    ]);
    db.close();
  });

  it('goes round the streams of a provider that are at its own address', () => {
    const db = openDatabase(path, RECORDS);
    const plan = db
      .prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${STREAMS_APART_SQL}`)
      .all({ provider: 'p', base: 'b', end: 'e' })
      .map(({ detail }) => detail);
    expect(plan).to.include.members([
      'SEARCH streams USING INDEX streams_by_url (provider=? AND url<?)',
      'SEARCH streams USING INDEX streams_by_url (provider=? AND url>?)',
    ]);
    db.close();
  });

  const listing = { contentId: 'c' };
  for (const [asked, index] of [
    ...(['cid', 'provider', 'viewer', 'creator'] as const).flatMap((by) => [
      [{ by }, `logs_by_${by}`] as const,
      [{ by, settled: false }, `reports_open_by_${by}`] as const,
      [{ by, settled: true }, `logs_by_${by}`] as const,
    ]),
    [{ by: 'cid', listing }, 'logs_by_content'] as const,
    [{ by: 'viewer', attributed: true }, 'logs_by_viewer'] as const,
  ]) {
    it(`walks ${index} for views ${JSON.stringify(asked)}: no scan, no sorting`, () => {
      const db = openDatabase(path, RECORDS);
      const parameters = { key: 'k', contentId: 'c', fromSec: 0, beforeSec: 1, beforeSeq: 1, limit: 1 };
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${viewsSql(asked)}`)
        .all(parameters)
        .map((step) => step.detail)
        .filter(
          (detail) =>
            !/reports_by_link|^CORRELATED|^SCALAR|^MERGE|^LEFT|^RIGHT|^SEARCH names USING/.test(detail),
        );
      expect(plan.length).to.be.at.least(1);
      for (const step of plan)
        expect(step).to.match(
          new RegExp(`^SEARCH view USING INDEX ${index} \\(.*timestamp>\\? AND timestamp<\\?\\)`),
        );
      db.close();
    });
  }
});

function fill(db: ReturnType<typeof openDatabase>, table: string): void {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  const values = columns.map((name) => (name === 'source' ? "'0'" : '1'));
  db.exec(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`);
}
