import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { CHAIN_TABLES } from '../../../indexer/store/rows.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { NewerDatabase, OlderDatabase } from '../../../indexer/store/sqlite/migrate.ts';
import { FOLLOWING_TABLES } from '../../../indexer/store/sqlite/mirror/chain-records.ts';
import { OFFERS_SQL } from '../../../indexer/store/sqlite/own/offers.ts';
import { STREAMS_TAKEN_DOWN_SQL } from '../../../indexer/store/sqlite/own/takedowns.ts';
import {
  CHANNEL_EVENTS_SQL,
  CHANNELS_SQL,
  CLAIMS_SQL,
} from '../../../indexer/store/sqlite/queries/channels.ts';
import { PAID_SQL, viewsSql } from '../../../indexer/store/sqlite/queries/history.ts';
import { streamsSql } from '../../../indexer/store/sqlite/queries/streams.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import { commitsIn } from './commits-in.ts';
import { inShort } from './feed.suite.ts';
import { block, contentRow, hash, NOON, report, viewRow } from './samples.ts';
import { describeStore } from './suite.ts';

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
const CLEARED: readonly string[] = [...CHAIN_TABLES, ...FOLLOWING_TABLES];
const OWN_TABLES = [
  ...['access_nonces', 'feed', 'meta', 'operator_key_lease', 'play_tokens', 'provided_media', 'relay_gas'],
  ...['secrets', 'sent_transactions', 'serve_wishes', 'sign_in_nonces', 'sponsor_nonces', 'staged_uploads'],
  'takedowns',
  'media_facts',
  ...['packagings', 'content_secrets'],
];
const NO_PACKAGINGS = 'DROP TABLE packagings; DROP TABLE content_secrets';

describeStore('SQLite', async () => openSqliteStore({ path: ':memory:' }));

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

  it('has the chain read again, once, where a file lacks what was announced of units', async () => {
    const old = openDatabase(path, RECORDS);
    old.exec(`DROP TABLE announced_units; DROP TABLE takedowns; DROP TABLE media_facts; ${NO_PACKAGINGS}`);
    old.pragma('user_version = 19');
    old.prepare("INSERT INTO meta (key, value) VALUES ('indexed_contracts', '[\"0xcc\"]')").run();
    old.close();
    const first = openSqliteStore({ path });
    expect(await first.indexedContracts()).to.deep.equal([]);
    await first.setIndexedContracts(['0xcc']);
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.indexedContracts()).to.deep.equal(['0xcc']);
    await second.close();
  });

  it('has media looked for that was kept before anybody measured', async () => {
    const old = openDatabase(path, RECORDS);
    old.exec(`DROP TABLE media_facts; ${NO_PACKAGINGS}; INSERT INTO provided_media VALUES ('an old file')`);
    old.pragma('user_version = 21');
    old.close();
    const store = openSqliteStore({ path });
    expect(await store.unmeasuredMedia()).to.deep.equal(['an old file']);
    expect(await store.mediaFacts('an old file')).to.include({ kind: null, sizeBytes: null, measured: null });
    await store.close();
  });

  it('makes the folder, and finds everything again after it was closed', async () => {
    const first = openSqliteStore({ path });
    await first.commitBlocks([block(1)], { undoable: true });
    await first.recordReport(report());
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.cursor()).to.deep.equal({ number: 1, hash: hash('main 1') });
    expect((await second.recordReport(report())).isNew).to.equal(false);
    await second.close();
  });

  it('keeps the secrets of contents when the chain is read anew', async () => {
    const db = openDatabase(path, RECORDS);
    db.exec("INSERT INTO content_secrets VALUES ('a content', 'its creator', 'sealed', 'a-key')");
    db.close();
    const second = openSqliteStore({ path });
    await second.clearChain();
    expect(await second.sealedUnder()).to.deep.equal(['a-key']);
    await second.close();
  });

  it('remembers what was spent on relaying after it was closed', async () => {
    const entry = { day: '2026-01-02', wallet: '0xaa', gas: 60n, dayLimit: 100n, walletLimit: 60n };
    const first = openSqliteStore({ path });
    await first.countRelayGas(entry);
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.countRelayGas({ ...entry, wallet: '0xbb' })).to.equal('day');
    await second.close();
  });

  it('knows tokens and used nonces after it was closed', async () => {
    const to = { account: '0xaa', contract: '0xcc', contentId: '0x1', untilSec: NOON + 60 };
    const used = { nonce: 'n', expiresAtSec: NOON + 60, nowSec: NOON };
    const first = openSqliteStore({ path });
    await first.grantPlay('token', to, used);
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.playGrant('token')).to.deep.equal(to);
    expect(await second.grantPlay('another', to, used)).to.equal(false);
    await second.close();
  });

  it('keeps its files, the log beside them too, to their owner', async () => {
    const store = openSqliteStore({ path });
    await store.keepSecret('session', 'secret');
    const modes = readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode & 0o777);
    expect(modes).to.have.length.above(1);
    for (const mode of modes) expect(mode).to.equal(0o600);
    await store.close();
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

  it('commits reports that come at once together, and each of them', async () => {
    const store = openSqliteStore({ path });
    const before = commitsIn(`${path}-wal`);
    const reports = [0, 1, 2, 3, 4].map((later) => report({ viewTimeSec: NOON + later }));
    const recorded = await Promise.all(
      [...reports, ...reports.slice(0, 1)].map((one) => store.recordReport(one)),
    );
    expect(recorded.map(({ isNew }) => isNew)).to.deep.equal([true, true, true, true, true, false]);
    expect(commitsIn(`${path}-wal`) - before).to.equal(1);
    expect(await store.unsettledReports({})).to.have.length(5);
    await store.close();
  });

  it('empties every table of the chain, and no table that no chain gives back', async () => {
    const db = openDatabase(path, RECORDS);
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all();
    expect(tables).to.have.members([...CLEARED, ...OWN_TABLES]);
    // One row in each, whatever its columns are.
    db.pragma('ignore_check_constraints = ON');
    for (const table of tables) fill(db, table);
    db.close();
    const store = openSqliteStore({ path });
    await store.clearChain();
    await store.close();
    const after = openDatabase(path, RECORDS);
    const rows = (table: string) => after.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    for (const table of CLEARED) expect(rows(table), table).to.equal(0);
    for (const table of OWN_TABLES) expect(rows(table), table).to.be.above(0);
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
          { wallet: 'w', beforeBlock: 1, beforeLogIndex: 1, limit: 1 },
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

  it('looks through takedowns, not through the streams of a provider, for streams to end', () => {
    const db = openDatabase(path, RECORDS);
    const plan = db
      .prepare<[string], { detail: string }>(`EXPLAIN QUERY PLAN ${STREAMS_TAKEN_DOWN_SQL}`)
      .all('p');
    expect(plan.map(({ detail }) => detail)).to.deep.equal([
      'SCAN takedowns',
      'SEARCH streams USING INDEX streams_by_both (provider=? AND cid_key=?)',
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
        .filter((detail) => !/reports_by_link|^CORRELATED|^MERGE|^LEFT|^RIGHT/.test(detail));
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
  const values = columns.map((name) => (name === 'source' ? "'direct'" : '1'));
  db.exec(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`);
}
