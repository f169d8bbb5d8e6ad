import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { RowChange } from '../../../indexer/store/rows.ts';
import { CHANNEL_EVENTS_SQL, CHANNELS_SQL } from '../../../indexer/store/sqlite/channels.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { viewsSql } from '../../../indexer/store/sqlite/history.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { NewerDatabase } from '../../../indexer/store/sqlite/schema.ts';
import { inShort } from './feed.suite.ts';
import {
  block,
  CID,
  CREATOR,
  contentRow,
  hash,
  NOON,
  PROVIDER,
  report,
  streamRow,
  viewRow,
} from './samples.ts';
import { describeStore } from './suite.ts';

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
    const db = openDatabase(path);
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
    await first.recordReport(report());
    await first.close();
    const second = openSqliteStore({ path });
    expect(await second.cursor()).to.deep.equal({ number: 1, hash: hash('main 1') });
    expect((await second.recordReport(report())).isNew).to.equal(false);
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

  it('keeps its files, the log beside them too, to their owner', async () => {
    const store = openSqliteStore({ path });
    await store.keepSecret('session', 'secret');
    const modes = readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode & 0o777);
    expect(modes).to.have.length.above(1);
    for (const mode of modes) expect(mode).to.equal(0o600);
    await store.close();
  });

  it('brings a file of the first version up to date and keeps what is in it', async () => {
    const first = openSqliteStore({ path });
    await first.recordReport(report());
    await first.close();
    const db = openDatabase(path);
    const later = ['feed', 'relay_gas', 'secrets', 'sign_in_nonces', 'staged_uploads', 'channels'];
    for (const table of [...later, 'channel_events', 'indexed_logs']) db.exec(`DROP TABLE ${table}`);
    db.exec("DELETE FROM meta WHERE key = 'feed'");
    db.pragma('user_version = 1');
    db.close();
    const second = openSqliteStore({ path });
    expect((await second.recordReport(report())).isNew).to.equal(false);
    expect(await second.keepSecret('session', 'secret')).to.equal('secret');
    expect(await second.stagedUploads(CREATOR, NOON)).to.deep.equal([]);
    expect(await second.channelsById('0x01')).to.deep.equal([]);
    await second.close();
  });

  it('reads the chain again when what it holds is older than channels', async () => {
    const first = openSqliteStore({ path });
    await first.setIndexedContracts(['0x01']);
    await first.close();
    const db = openDatabase(path);
    db.exec('DROP TABLE channels; DROP TABLE channel_events; DROP TABLE indexed_logs');
    db.pragma('user_version = 4');
    db.close();
    const second = openSqliteStore({ path });
    expect(await second.indexedContracts()).to.deep.equal([]);
    await second.close();
    const third = openSqliteStore({ path });
    await third.setIndexedContracts(['0x01']);
    await third.close();
    const fourth = openSqliteStore({ path });
    expect(await fourth.indexedContracts()).to.deep.equal(['0x01']);
    await fourth.close();
  });

  it('joins what older versions kept apart because one CID was spelt in two ways', async () => {
    const shouted = `b${CID.slice(1).toUpperCase()}`;
    const spelt = { content_id: hash('spelt'), cid: shouted, cid_key: shouted };
    const stream = streamRow(PROVIDER, true, { block: 3 });
    Object.assign(stream.key, { content_id: spelt.content_id });
    Object.assign(stream.set ?? {}, { cid: shouted, cid_key: shouted });
    const blocks: RowChange[][] = [
      [contentRow({}, { block: 1 })],
      [contentRow(spelt, { block: 2 })],
      [stream, viewRow({ block: 3, contentId: spelt.content_id, cid: shouted })],
      [contentRow({ ...spelt, price: 7n }, { block: 2 })],
    ];
    const first = openSqliteStore({ path });
    for (const [index, changes] of blocks.entries()) {
      await first.commitBlocks([block(index + 1, changes)], { undoable: true });
    }
    const { seq } = await first.feedEnd();
    await first.close();
    const db = openDatabase(path);
    db.exec('DROP TABLE indexed_logs');
    db.pragma('user_version = 6');
    db.close();
    const second = openSqliteStore({ path });
    expect((await second.contentsByCid(CID)).map(({ cid }) => cid)).to.deep.equal([shouted, CID]);
    expect((await second.activeStreams()).map(({ cidKey }) => cidKey)).to.deep.equal([CID]);
    const views = await second.views({ by: 'cid', key: CID, limit: 5 });
    expect(views.rows.map(({ cid }) => cid)).to.deep.equal([shouted]);
    expect((await second.feedAfter(seq, 5)).map(inShort)).to.deep.equal(['reset']);
    await second.rollbackTo(3);
    expect(await second.contentsByCid(CID)).to.have.length(2);
    await second.close();
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
    const store = openSqliteStore({ path, keptNews: 10 });
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
    const db = openDatabase(path);
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

  it('commits durably: a full sync of the write-ahead log', () => {
    const db = openDatabase(path);
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
  ] as [string, string, object][]) {
    it(`walks indexes for ${what}: no scan, no sorting`, () => {
      const db = openDatabase(path);
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(parameters)
        .map((step) => step.detail)
        .join('\n');
      expect(plan).to.match(/USING INDEX/);
      expect(plan).not.to.match(/SCAN|TEMP B-TREE/);
      db.close();
    });
  }

  for (const by of ['cid', 'provider', 'viewer', 'creator'] as const) {
    it(`walks one index for views by ${by}: no scan, no sorting`, () => {
      const db = openDatabase(path);
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${viewsSql(by)}`)
        .all('k', 0, 1, 1, 1)
        .map((step) => step.detail);
      expect(plan[0]).to.match(new RegExp(`^SEARCH view USING INDEX logs_by_${by} \\(\\w+=\\? AND `));
      expect(plan.join('\n')).not.to.match(/SCAN|TEMP B-TREE/);
      db.close();
    });
  }
});
