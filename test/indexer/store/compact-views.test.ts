import type Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { openSqliteStore } from '../../../indexer/store/sqlite/index.ts';
import { migrate } from '../../../indexer/store/sqlite/migrate.ts';
import { packed } from '../../../indexer/store/sqlite/names.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import { insert } from './former-records.ts';
import { block, CID, hash, NOON, viewId, viewRow } from './samples.ts';

/** Steps up to the last whose views were wide. */
const WIDE = { ...RECORDS, steps: RECORDS.steps.slice(0, 24) };
const LARGE = 2n ** 255n;

const shownIn = (db: Database.Database) =>
  db.prepare<[], Record<string, unknown>>('SELECT * FROM streaming_access_logs ORDER BY seq').all();

describe('streaming_access_logs', () => {
  it('shows every view of an older folder as it was, names that look like hex too', () => {
    const db = openDatabase(':memory:', WIDE);
    const views = [
      viewRow({ block: 1 }),
      viewRow({ block: 1, logIndex: 1, price: LARGE, units: 1 }),
      viewRow({ block: 2, source: 'voucher', item: 7, cid: '0xAB' }),
      viewRow({ block: 2, source: 'sponsored', item: 8, cid: '0xab', ref: hash('ref'), attributed: true }),
      viewRow({ block: 3, cid: '0x', viewer: '0xabc' }),
    ];
    for (const { key, set = {} } of views) {
      const text = (value: unknown) => (typeof value === 'bigint' ? String(value) : value);
      const row = Object.entries({ ...key, ...set }).map(([name, value]) => [name, text(value)]);
      insert(db, 'streaming_access_logs', Object.fromEntries(row));
    }
    const { block_hash, creator_amount, provider_amount, ...paid } = views[0]?.set ?? {};
    const report = { ...paid, source: 'reported', price: '5', amount: '5', payer: null };
    const linked_to = viewId({ block: 1 });
    insert(db, 'streaming_access_logs', { ...report, ref: hash('linked'), reported_at: NOON, linked_to });
    insert(db, 'streaming_access_logs', { ...report, ref: hash('open'), reported_at: NOON, tx_hash: null });
    const before = shownIn(db);
    migrate(db, RECORDS);
    expect(shownIn(db)).to.deep.equal(before);
    expect(before).to.have.length(7);
    db.close();
  });

  it('stays whole and wide where the migration fails', () => {
    const db = openDatabase(':memory:', WIDE);
    const broken = { ...RECORDS, steps: [...RECORDS.steps, 'no statement'] };
    expect(() => migrate(db, broken)).to.throw(/syntax error/);
    const kind = db.prepare<[], string>(
      "SELECT type FROM sqlite_schema WHERE name = 'streaming_access_logs'",
    );
    expect(kind.pluck().get()).to.equal('table');
    db.close();
  });

  it('names a wallet again that an undone commit has named', async () => {
    const book = openSqliteBook({ path: ':memory:' });
    const store = openSqliteStore({ path: ':memory:', book });
    const [first, other] = ['0x01', '0x02'];
    const twice = [viewRow({ block: 1, viewer: first }), viewRow({ block: 1, viewer: first })];
    await expectRefused(store.commitBlocks([block(1, twice)], { undoable: true }));
    const rows = [viewRow({ block: 1, viewer: other }), viewRow({ block: 1, logIndex: 1, viewer: first })];
    await store.commitBlocks([block(1, rows)], { undoable: true });
    const { rows: found } = await store.views({ by: 'cid', key: CID, limit: 9 });
    expect(found.map(({ viewer }) => viewer)).to.deep.equal([first, other]);
    await store.close();
    await book.close();
  });
});

async function expectRefused(commit: Promise<void>): Promise<void> {
  const error = await commit.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).to.have.property('code', 'SQLITE_CONSTRAINT_UNIQUE');
}

describe('packed()', () => {
  it('makes bytes of what hex in lower case it can be made of again, and of nothing else', () => {
    expect(packed('0xab')).to.deep.equal(Buffer.from([0xab]));
    expect(packed('0x')).to.deep.equal(Buffer.alloc(0));
    for (const text of ['0xAB', '0xabc', 'ab', '', CID, '0xab ']) expect(packed(text)).to.equal(text);
  });
});
