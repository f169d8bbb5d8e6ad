import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteBook, type SqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { BookNotMoved } from '../../../indexer/store/sqlite/book/file/of-chain.ts';
import { BOOK } from '../../../indexer/store/sqlite/book/schema.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import {
  openSqliteStore,
  openSqliteStores,
  openSqliteStoresOf,
} from '../../../indexer/store/sqlite/index.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { node, runChild } from '../../child.ts';
import { dump } from './dump.ts';
import { FORMER, OWN_ROWS, writeFormerRecords } from './former-records.ts';
import { block, CID, hash, NOON, report, viewId, viewRow } from './samples.ts';

const TAKEDOWN = { cidKey: CID, cid: CID, reason: null, takenBy: 'ann', takenAtSec: NOON };
const undoable = { undoable: true };

describe('the mirror and the book', () => {
  let folder: string;
  let paths: { records: string; book: string };
  let opened: { close(): Promise<void> }[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stores-'));
    paths = { records: join(folder, 'records.sqlite'), book: join(folder, 'book.sqlite') };
    opened = [];
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  function open(at = paths): { store: Store; book: SqliteBook } {
    const stores = openSqliteStores(at);
    opened.push(stores.store, stores.book);
    return stores;
  }
  async function close(): Promise<void> {
    for (const each of opened.splice(0)) await each.close();
  }
  const dropMirror = () => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${paths.records}${end}`, { force: true });
  };
  const refs = async (store: Store) => (await store.unsettledReports({})).map(({ ref }) => ref);
  /** One payment and three reports, of which it covers the first. */
  async function fill({ store, book }: { store: Store; book: SqliteBook }) {
    await store.commitBlocks([block(1, [viewRow({ block: 1 })])], undoable);
    const reports = [0, 1, 2].map((later) =>
      report({ viewTimeSec: NOON + 1 + later, ref: hash(`${later}`) }),
    );
    for (const one of reports) await book.recordReport(one);
    await book.takeDown(TAKEDOWN);
    return reports;
  }
  const LINKS = [viewId({ block: 1 }), null, null];
  const links = (store: Store) => Promise.all([0, 1, 2].map((n) => store.coveringView(hash(`${n}`))));

  describe('what the mirror shows of the book', () => {
    it('is there again after the mirror was dropped, reports linked once the chain is read', async () => {
      await fill(open());
      const before = open();
      expect(await links(before.store)).to.deep.equal(LINKS);
      const rows = await before.store.views({ by: 'cid', key: CID, limit: 9 });
      await close();
      dropMirror();
      const { store } = open();
      expect(await refs(store)).to.have.length(3);
      expect((await store.feedAfter(0, 10)).map(({ event }) => event)).to.deep.equal(['reset']);
      await store.commitBlocks([block(1, [viewRow({ block: 1 })])], undoable);
      expect(await links(store)).to.deep.equal(LINKS);
      const again = await store.views({ by: 'cid', key: CID, limit: 9 });
      const shown = ({ key: _, ...row }: (typeof again.rows)[number]) => row;
      expect(again.rows.map(shown)).to.deep.equal(rows.rows.map(shown));
      expect(dump(paths.records, { taken_down: 'cid_key' })).to.deep.equal({
        taken_down: [{ cid_key: CID }],
      });
    });

    it('has the links of before, though others would be nearer now', async () => {
      const { store, book } = open();
      const late = [0, 1, 2].map((n) => report({ ref: hash(`${n}`), viewTimeSec: NOON + 600 * (2 - n) }));
      const paid = (number: number) => block(number, [viewRow({ block: number, timestampSec: NOON })]);
      const covered = [viewId({ block: 2 }), viewId({ block: 3 }), null];
      await store.commitBlocks([block(1)], undoable);
      // The first two take the payments before the third, which is nearer, comes.
      for (const [index, one] of late.entries()) {
        await book.recordReport(one);
        if (index < 2) await store.commitBlocks([paid(index + 2)], undoable);
      }
      expect(await links(store)).to.deep.equal(covered);
      await store.clearChain();
      expect(await links(store)).to.deep.equal([null, null, null]);
      await store.commitBlocks([block(1), paid(2), paid(3)], { undoable: false });
      expect(await links(store)).to.deep.equal(covered);
      await close();
      dropMirror();
      const again = open();
      await again.store.commitBlocks([block(1), paid(2), paid(3)], { undoable: false });
      expect(await links(again.store)).to.deep.equal(covered);
    });

    it('has other links where the view of before is not on the chain any more', async () => {
      const { store, book } = open();
      const paid = (logIndex: number) => [
        block(1),
        block(2, [viewRow({ block: 2, logIndex, timestampSec: NOON })]),
      ];
      await store.commitBlocks(paid(0), undoable);
      await book.recordReport(report({ ref: hash('0') }));
      expect(await links(store)).to.deep.equal([viewId({ block: 2 }), null, null]);
      await close();
      dropMirror();
      const again = open();
      await again.store.commitBlocks(paid(1), undoable);
      const other = [viewId({ block: 2, logIndex: 1 }), null, null];
      expect(await links(again.store)).to.deep.equal(other);
      await again.store.rollbackTo(1);
      expect(await links(again.store)).to.deep.equal([null, null, null]);
      await close();
      expect(dump(paths.book, { links: 'ref' }).links).to.deep.equal([]);
    });

    it('is there once, whichever process writes it and whichever takes it', async () => {
      const [one, other] = [open(), open()];
      await fill(one);
      const { seq } = await other.store.feedEnd();
      expect(await one.store.feedEnd()).to.include({ seq });
      expect(await refs(other.store)).to.deep.equal(await refs(one.store));
      await other.book.liftTakedown(CID);
      const told = await one.store.changesAfter(seq, 10);
      expect(told.map(({ of }) => of)).to.deep.equal(['content']);
      expect(await other.store.changesAfter(seq, 10)).to.deep.equal(told);
    });

    it('is taken when the file is opened, where a process wrote it to the book alone', async () => {
      await fill(open());
      await close();
      const book = openSqliteBook({ path: paths.book });
      await book.recordReport(report({ ref: hash('alone'), viewTimeSec: NOON + 9 }));
      await book.close();
      const { store } = open();
      expect(await refs(store)).to.deep.equal([hash('1'), hash('2'), hash('alone')]);
      expect((await store.cursor())?.number).to.equal(1);
    });

    it('is made anew, and the chain read again, where the file is of another book', async () => {
      await fill(open());
      await close();
      const { store, book } = open({ ...paths, book: join(folder, 'another.sqlite') });
      expect(await store.cursor()).to.equal(null);
      expect(await refs(store)).to.deep.equal([]);
      expect((await store.views({ by: 'cid', key: CID, limit: 9 })).rows).to.deep.equal([]);
      await book.recordReport(report());
      expect(await refs(store)).to.deep.equal([report().ref]);
    });

    it('is made anew where the book is an older copy of itself', async () => {
      const first = open();
      await fill(first);
      expect(await refs(first.store)).to.have.length(2);
      await close();
      const db = new Database(paths.book);
      db.exec(`DELETE FROM reports WHERE seq = 3; DELETE FROM changes WHERE seq >= 3;
        UPDATE sqlite_sequence SET seq = 2 WHERE name = 'changes'`);
      db.close();
      const { store } = open();
      expect(await store.cursor()).to.equal(null);
      expect(await refs(store)).to.deep.equal([hash('0'), hash('1')]);
    });
  });

  describe('changes of the book', () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        report({ ref: hash(`many ${from + index}`), viewTimeSec: NOON + from + index }),
      );
    const kept = () => dump(paths.book, { changes: 'seq' }).changes?.length ?? 0;

    it('are forgotten once the mirror has taken them, many at a time', async () => {
      const { store, book } = open();
      await Promise.all(many(0, 999).map((one) => book.recordReport(one)));
      await store.feedEnd();
      expect(kept()).to.equal(999);
      await Promise.all(many(999, 1).map((one) => book.recordReport(one)));
      await store.feedEnd();
      expect(kept()).to.equal(0);
      await book.recordReport(report());
      expect(await refs(store)).to.have.length(1_001);
    });

    it('are not missed by a copy of the mirror that lacks some that are forgotten', async () => {
      const first = open();
      await first.book.recordReport(report());
      await first.store.feedEnd();
      await close();
      copyFileSync(paths.records, join(folder, 'older'));
      const { store, book } = open();
      await Promise.all(many(0, 1_500).map((one) => book.recordReport(one)));
      await store.feedEnd();
      await close();
      dropMirror();
      copyFileSync(join(folder, 'older'), paths.records);
      expect(await refs(open().store)).to.have.length(1_501);
    });
  });

  describe('of another chain', () => {
    const one = { chainId: 31_337, genesisHash: hash('genesis of one') };
    const other = { chainId: 31_337, genesisHash: hash('genesis of the other') };
    function openOf(chain: typeof one) {
      const { store, book, formerBook } = openSqliteStoresOf(chain, paths);
      opened.push(store, book);
      return { store, book, formerBook };
    }
    const nameOf = ({ genesisHash }: typeof one) =>
      join(folder, `book.31337-${genesisHash.slice(2, 10)}.sqlite`);

    it('the book is kept aside, and taken back with its chain', async () => {
      expect(await openOf(one).book.keepSecret('session', 'of one')).to.equal('of one');
      await close();
      dropMirror();
      const { book, formerBook } = openOf(other);
      expect(formerBook).to.equal(nameOf(one));
      expect(await book.chainIdentity()).to.deep.equal(other);
      expect(await book.keepSecret('session', 'of the other')).to.equal('of the other');
      await close();
      dropMirror();
      const back = openOf(one);
      expect(back.formerBook).to.equal(nameOf(other));
      expect(existsSync(nameOf(one))).to.equal(false);
      expect(await back.book.keepSecret('session', 'another')).to.equal('of one');
      await close();
      expect(openOf(one).formerBook).to.equal(null);
    });

    it('nothing is moved while the records are of another chain', async () => {
      await openOf(one).store.setChainIdentity(one);
      await close();
      const { store, book, formerBook } = openOf(other);
      expect(formerBook).to.equal(null);
      expect(await book.chainIdentity()).to.deep.equal(one);
      expect(await store.chainIdentity()).to.deep.equal(one);
    });

    it('a book that another process has open stays, and so does one whose place is taken', async () => {
      const elsewhere = openOf(one);
      dropMirror();
      expect(() => openOf(other)).to.throw(BookNotMoved, 'another process has it open');
      await elsewhere.store.close();
      await elsewhere.book.close();
      opened = [];
      writeFileSync(nameOf(one), '');
      expect(() => openOf(other)).to.throw(BookNotMoved, `${nameOf(one)} is there already`);
    });

    it('the right one is taken back where a start was killed between the two moves', async () => {
      await openOf(one).book.keepSecret('session', 'of one');
      await close();
      renameSync(paths.book, nameOf(one));
      expect(await openOf(one).book.keepSecret('session', 'another')).to.equal('of one');
    });
  });

  describe('what the version before kept in one file', () => {
    const tables = (path: string) => {
      const db = new Database(path, { readonly: true });
      const names = db
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .pluck()
        .all();
      db.close();
      return names;
    };
    const inBook = () => {
      const orders = Object.fromEntries(Object.keys(OWN_ROWS).map((table) => [table, '1']));
      const rows = dump(paths.book, orders) as Record<string, Record<string, unknown>[]>;
      return Object.fromEntries(
        Object.entries(rows).map(([table, all]) => [table, all.map(({ seq: _, ...row }) => row)]),
      );
    };
    /** Columns that the version before did not have. */
    const NEWER: Record<string, object> = {
      packagings: { kept_in: null, web3_url: null, captions: null, caption_texts: null },
      media_facts: { has_poster: null, sold_units: null, captions: null },
    };
    const ALL = Object.fromEntries(
      Object.entries(OWN_ROWS).map(([table, row]) => [table, [{ ...row, ...NEWER[table] }]]),
    );

    async function expectTakenOver(): Promise<void> {
      const { store } = open();
      expect(inBook()).to.deep.equal(ALL);
      expect(tables(paths.records)).to.not.include.members(Object.keys(OWN_ROWS));
      expect((await store.cursor())?.number).to.equal(1);
      expect(await store.coveringView(hash('covered'))).to.equal(`${hash('tx 1')}:0`);
      expect(await refs(store)).to.deep.equal([hash('open')]);
      const reports = dump(paths.book, { reports: 'seq' }).reports as Record<string, unknown>[];
      expect(reports.map(({ ref }) => ref)).to.deep.equal(['covered', 'open', 'free'].map(hash));
      await close();
    }

    it('is taken over row by row, links and the place in the chain unchanged', async () => {
      writeFormerRecords(paths.records);
      await expectTakenOver();
      await expectTakenOver();
    });

    it('is there after the mirror was dropped', async () => {
      writeFormerRecords(paths.records);
      await expectTakenOver();
      dropMirror();
      const { store } = open();
      expect((await refs(store)).sort()).to.deep.equal(['covered', 'open'].map(hash).sort());
      expect(inBook()).to.deep.equal(ALL);
    });

    it('is taken over once where the first start is killed between the two files', async () => {
      writeFormerRecords(paths.records);
      const words = node(join(import.meta.dirname, 'opened.ts'), paths.records, paths.book);
      expect((await runChild(words, { CRASH_AT: 'book.taken-over' })).how).to.equal('SIGKILL');
      expect(tables(paths.records)).to.include.members(Object.keys(OWN_ROWS));
      // What ends meanwhile does not come back.
      const book = openDatabase(paths.book, BOOK);
      book.exec("DELETE FROM provided_media; UPDATE secrets SET value = 'kept'");
      book.close();
      const { store } = open();
      expect(inBook()).to.deep.equal({
        ...ALL,
        provided_media: [],
        secrets: [{ name: 'session', value: 'kept' }],
      });
      expect(tables(paths.records)).to.not.include.members(Object.keys(OWN_ROWS));
      expect(await store.coveringView(hash('covered'))).to.equal(`${hash('tx 1')}:0`);
    });

    it('joins a book that is in use', async () => {
      const { book } = open();
      await book.recordReport(report());
      await close();
      dropMirror();
      writeFormerRecords(paths.records);
      const { store } = open();
      expect(inBook()).to.deep.equal(ALL);
      expect((await refs(store)).sort()).to.deep.equal([report().ref, hash('covered'), hash('open')].sort());
    });

    it('joins the book again where a copy of before was put back, and the version before went on with it', async () => {
      writeFormerRecords(paths.records);
      const copy = join(folder, 'copy of records');
      copyFileSync(paths.records, copy);
      await expectTakenOver();
      const { book } = open();
      await book.recordReport(report());
      await close();
      dropMirror();
      copyFileSync(copy, paths.records);
      const former = openDatabase(paths.records, FORMER);
      former.exec("INSERT INTO content_secrets VALUES ('a later video', 'its creator', 'sealed', 'a-key')");
      former.close();
      const { store } = open();
      const secrets = dump(paths.book, { content_secrets: 'cid_key' }).content_secrets as {
        cid_key: string;
      }[];
      expect(secrets.map(({ cid_key }) => cid_key)).to.deep.equal(['a later video', CID]);
      expect((await refs(store)).sort()).to.deep.equal([report().ref, hash('covered'), hash('open')].sort());
      expect(tables(paths.records)).to.not.include.members(Object.keys(OWN_ROWS));
    });

    it('stays where a process opens the file without the book', async () => {
      writeFormerRecords(paths.records);
      await openSqliteStore({ path: paths.records }).close();
      expect(existsSync(paths.book)).to.equal(false);
      await expectTakenOver();
    });

    it('may be older still: media is looked for that was kept before anybody measured', async () => {
      const old = openDatabase(paths.records, { ...FORMER, steps: FORMER.steps.slice(0, 13) });
      old.exec("INSERT INTO provided_media VALUES ('an old file')");
      old.close();
      const { book } = open();
      expect(await book.unmeasuredMedia()).to.deep.equal(['an old file']);
      expect(await book.mediaFacts('an old file')).to.include({
        ...{ kind: null, sizeBytes: null, measured: null },
      });
    });

    it('has the chain read again, once, where it lacks what was announced of units', async () => {
      const old = openDatabase(paths.records, { ...RECORDS, steps: RECORDS.steps.slice(0, 11) });
      old.prepare("INSERT INTO meta (key, value) VALUES ('indexed_contracts', '[\"0xcc\"]')").run();
      old.close();
      const first = open();
      expect(await first.store.indexedContracts()).to.deep.equal([]);
      await first.store.setIndexedContracts(['0xcc']);
      await close();
      expect(await open().store.indexedContracts()).to.deep.equal(['0xcc']);
    });
  });
});
