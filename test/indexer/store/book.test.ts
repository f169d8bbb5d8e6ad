import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { REFUSED_SQL, UNDECIDED_SQL, vouchersOfSql } from '../../../indexer/store/sqlite/book/claims.ts';
import { BOOK } from '../../../indexer/store/sqlite/book/schema.ts';
import { OPEN_FOR_SQL } from '../../../indexer/store/sqlite/book/vouchers.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { NewerDatabase } from '../../../indexer/store/sqlite/migrate.ts';
import { describeBook } from './book.suite.ts';
import { commitsIn } from './commits-in.ts';
import { NOON, report } from './samples.ts';
import { opening, voucher } from './vouchers.suite.ts';

const ONE_VOUCHER = `
  INSERT INTO vouchers (contract, channel_id, epoch, seq, provider, token, state, items, total, signature, digest, opened_at, updated_at)
  VALUES ('0x', '0x', 1, 7, '0x', '0x', 'open', '[]', '0', '', '', 0, 0)`;

describeBook('SQLite', async () => openSqliteBook({ path: ':memory:' }));

describe('openSqliteBook()', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'book-'));
    path = join(folder, 'deep', 'book.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses a file of a newer version', () => {
    const db = openDatabase(path, BOOK);
    db.pragma(`user_version = ${BOOK.steps.length + 1}`);
    db.close();
    expect(() => openSqliteBook({ path }))
      .to.throw(NewerDatabase)
      .that.includes({ found: BOOK.steps.length + 1, known: BOOK.steps.length });
  });

  it('goes on with the file of a version that knew no grants of keys', async () => {
    const before = openDatabase(path, { ...BOOK, steps: BOOK.steps.slice(0, 8) });
    before.exec(ONE_VOUCHER);
    before.close();
    await using parts = new AsyncDisposableStack();
    const book = openSqliteBook({ path });
    parts.defer(() => book.close());
    const of = { contract: '0x', contentId: '0x', provider: '0x' };
    await book.keepKeyGrant({ ...of, cidKey: 'b', expiresAtSec: NOON, signature: '0x', keptAtSec: 1 });
    expect(await book.keyGrantsOf('b', 1)).to.have.length(1);
    expect((await book.voucher({ contract: '0x', channelId: '0x', epoch: 1, seq: 7 }))?.state).to.equal(
      'open',
    );
  });

  it('keeps its files, the log beside them too, to their owner', async () => {
    const book = openSqliteBook({ path });
    const modes = readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode & 0o777);
    expect(modes).to.have.length.above(1);
    for (const mode of modes) expect(mode).to.equal(0o600);
    await book.close();
  });

  it('commits durably, and can be told from other files', () => {
    const db = openDatabase(path, BOOK);
    expect(db.pragma('journal_mode', { simple: true })).to.equal('wal');
    expect(db.pragma('synchronous', { simple: true })).to.equal(2);
    expect(db.pragma('application_id', { simple: true })).to.equal(Buffer.from('book').readInt32BE());
    db.close();
  });

  it('compiles a statement once, whatever it is given', () => {
    const db = openDatabase(path, BOOK);
    const latest = db.prepare<[object]>(
      'SELECT seq FROM vouchers WHERE contract = @contract AND epoch = @epoch ORDER BY seq LIMIT @limit',
    );
    // The driver makes the function that makes rows anew with each statement that SQLite has compiled anew.
    const { Function: ofRows } = globalThis;
    let compiled = 0;
    globalThis.Function = new Proxy(ofRows, {
      apply: (target, self, names) => {
        compiled += 1;
        return Reflect.apply(target, self, names);
      },
    });
    try {
      db.exec(ONE_VOUCHER);
      for (const limit of [1, 2, 3]) {
        expect(latest.all({ contract: '0x', epoch: 1, limit })).to.deep.equal([{ seq: 7 }]);
      }
    } finally {
      globalThis.Function = ofRows;
    }
    expect(compiled).to.equal(1);
    db.close();
  });

  it('commits reports that come at once together, and each of them', async () => {
    const book = openSqliteBook({ path });
    const before = commitsIn(`${path}-wal`);
    const reports = [0, 1, 2, 3, 4].map((later) => report({ viewTimeSec: NOON + later }));
    const areNew = await Promise.all(
      [...reports, ...reports.slice(0, 1)].map((one) => book.recordReport(one)),
    );
    expect(areNew).to.deep.equal([true, true, true, true, true, false]);
    expect(commitsIn(`${path}-wal`) - before).to.equal(1);
    await book.close();
  });

  it('knows all of it after it was closed', async () => {
    const entry = { day: '2026-01-02', wallet: '0xaa', gas: 60n, dayLimit: 100n, walletLimit: 60n };
    const to = { account: '0xaa', channelId: null, contract: '0xcc', contentId: '0x1', untilSec: NOON + 60 };
    const used = { nonce: 'n', expiresAtSec: NOON + 60, nowSec: NOON };
    const first = openSqliteBook({ path });
    await first.recordReport(report());
    await first.countRelayGas(entry);
    await first.grantPlay('token', to, used);
    await first.close();
    const second = openSqliteBook({ path });
    expect(await second.recordReport(report())).to.equal(false);
    expect(await second.countRelayGas({ ...entry, wallet: '0xbb' })).to.equal('day');
    expect(await second.playGrant('token')).to.deep.equal(to);
    expect(await second.grantPlay('another', to, used)).to.equal(false);
    await second.close();
  });

  it('sells no unit twice to two processes, and forgets nothing when it is closed', async () => {
    const books = [openSqliteBook({ path }), openSqliteBook({ path })];
    const { contract, channelId, epoch } = voucher();
    const { scope, contentId, openedAtSec: nowSec } = opening();
    const of = { voucher: { contract, channelId, epoch, seq: 0 }, scope, contentId, nowSec };
    const sales = Array.from({ length: 20 }, async (_, index) =>
      books[index % 2]?.sell(of, ({ bought: unit }) => ({
        answer: unit,
        voucher: voucher(),
        opens: [opening({ unit })],
      })),
    );
    const sold = await Promise.all(sales);
    expect(sold.sort((a = 0, b = 0) => a - b)).to.deep.equal(Array.from({ length: 20 }, (_, unit) => unit));
    for (const book of books) await book.close();

    const later = openSqliteBook({ path });
    expect(await later.voucher(voucher())).to.include({ state: 'open', digest: voucher().digest });
    expect(await later.openFor(opening().wallet, { contract, contentId, nowSec })).to.have.length(20);
    await later.close();
  });

  it('commits sales that come at once together', async () => {
    const book = openSqliteBook({ path });
    const before = commitsIn(`${path}-wal`);
    const { scope, contentId, openedAtSec: nowSec } = opening();
    const of = { voucher: null, scope, contentId, nowSec };
    const sales = [0, 1, 2, 3].map((unit) =>
      book.sell(of, () => ({ answer: unit, opens: [opening({ unit })] })),
    );
    expect(await Promise.all(sales)).to.deep.equal([0, 1, 2, 3]);
    expect(commitsIn(`${path}-wal`) - before).to.equal(1);
    await book.close();
  });

  for (const [what, sql, parameters] of [
    [
      'what the chain may decide on',
      UNDECIDED_SQL,
      { provider: 'p', contract: 'c', channelId: 'i', epoch: 1, seq: 1, limit: 1 },
    ],
    [
      'what is refused for good',
      REFUSED_SQL,
      { provider: 'p', openedAtSec: 1, contract: 'c', channelId: 'i', epoch: 1, seq: 1 },
    ],
    ...[['provider'], ['provider', 'state']].map((given) => [
      `vouchers by ${given.join(', ')}`,
      vouchersOfSql([...given, 'openedAt']),
      ...[
        { provider: 'p', state: 's', openedAt: 1, contract: 'c', channelId: 'i', epoch: 1, seq: 1, limit: 1 },
      ],
    ]),
  ] as [string, string, object][]) {
    it(`walks indexes for ${what}: no scan, no sorting`, () => {
      const db = openDatabase(path, BOOK);
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(parameters)
        .map(({ detail }) => detail)
        .join('\n');
      expect(plan).to.match(/USING INDEX/);
      expect(plan).not.to.match(/SCAN|TEMP B-TREE/);
      db.close();
    });
  }

  it('walks indexes for what a wallet has open: no scan, no sorting', () => {
    const db = openDatabase(path, BOOK);
    const parameters = { wallet: 'w', contract: 'c', contentId: 'i', nowSec: 1 };
    const plan = db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${OPEN_FOR_SQL}`)
      .all(parameters);
    expect(plan.map(({ detail }) => detail)).to.deep.equal([
      'SEARCH openings USING INDEX openings_by_wallet (wallet=? AND contract=? AND content_id=? AND until>?)',
    ]);
    db.close();
  });
});
