import type Database from 'better-sqlite3';
import type { NewReport } from '../../book.ts';
import { createMeta } from '../meta.ts';
import { createNumbering, packed } from '../names.ts';
import type { Link, OwnChange, OwnChanges, OwnState } from '../own-changes.ts';
import { clearingOf } from './clearing.ts';
import type { FeedWriter } from './feed-writer.ts';
import { ReportMatching } from './report-matching.ts';
import { moneyOf } from './view-writer.ts';

/** Of which book, and up to which of its changes. */
interface Derived {
  book: string;
  seq: number;
}

const DERIVED = 'derived_from_book';
/** In one transaction. */
const BATCH = 1_000;
/** Changes are forgotten so many at a time: that is another commit. */
const FORGET_EVERY = 1_000;

/**
 * What the mirror shows of the book: reported views, what is taken down, and what the feed tells of its changes. Rows and
 * the number of the last change that is in them are one transaction, so that a change counts once whichever process takes it.
 */
export class OwnRows {
  readonly #db: Database.Database;
  readonly #changes: OwnChanges;
  readonly #meta: ReturnType<typeof createMeta>;
  readonly #write: ReturnType<typeof writesOf>;
  readonly #feedWriter: FeedWriter;
  /** At least so far. */
  #seq = -1;

  constructor(db: Database.Database, changes: OwnChanges, feedWriter: FeedWriter) {
    this.#db = db;
    this.#changes = changes;
    this.#meta = createMeta(db);
    this.#feedWriter = feedWriter;
    this.#write = writesOf(db, feedWriter);
  }

  /** Takes what the book has changed since. Where the file is of another book, or of none, all of it is made anew. */
  catchUp(): void {
    while (this.#changes.end() !== this.#seq) {
      const before = this.#seq;
      this.#seq = this.#db.transaction(() => this.#takeSome()).immediate();
      const isDue = Math.floor(before / FORGET_EVERY) < Math.floor(this.#seq / FORGET_EVERY);
      if (before >= 0 && isDue) this.#changes.forget(this.#seq);
    }
  }

  /** The rows that are here are those of the book, but for what it says that it has changed. */
  adopt(): void {
    this.#meta.write(DERIVED, { book: this.#changes.book, seq: 0 } satisfies Derived);
  }

  /** Has the book note which view covers which report, for a mirror that is made anew. */
  tellLinks(): void {
    for (;;) {
      const links = this.#write.untold.all(BATCH);
      if (links.length === 0) return;
      this.#changes.noteLinks(links);
      this.#db.transaction(() => links.map((link) => this.#write.told.run(link))).immediate();
    }
  }

  /** @returns the last change that is in the rows. */
  #takeSome(): number {
    const derived = this.#meta.read<Derived>(DERIVED);
    const isOfBook = derived?.book === this.#changes.book;
    const changes = isOfBook ? this.#changes.after(derived.seq, BATCH) : null;
    if (!isOfBook || changes === null) return this.#makeAnew();
    for (const change of changes) this.#take(change);
    const seq = changes.at(-1)?.seq ?? derived.seq;
    if (changes.length > 0) this.#meta.write(DERIVED, { ...derived, seq });
    return seq;
  }

  #take(change: OwnChange): void {
    const { kind } = change;
    if (kind === 'report') this.#write.report(change.report);
    else if (kind === 'upload') this.#feedWriter.writeUpload(change.upload);
    else {
      if (kind === 'takedown') this.#write.takedown(change.cidKey, change.isTakenDown);
      this.#feedWriter.writeShown(change.cidKey);
    }
  }

  /** The chain is read anew, too: which view covers which report is found out once more. */
  #makeAnew(): number {
    return this.#changes.read(({ end, reports, takenDown, links }: OwnState) => {
      this.#write.clear();
      for (const link of links) this.#write.hint.run(link);
      for (const report of reports) this.#write.insert(report);
      for (const cidKey of takenDown) this.#write.takedown(cidKey, true);
      this.#meta.write(DERIVED, { book: this.#changes.book, seq: end } satisfies Derived);
      this.#feedWriter.writeReset(null);
      return end;
    });
  }
}

const NAMED = ['contract', 'contentId', 'cid', 'cidKey', 'viewer', 'provider', 'creator', 'token'] as const;

function writesOf(db: Database.Database, feedWriter: FeedWriter) {
  const matching = new ReportMatching(db, feedWriter);
  const clearChain = clearingOf(db);
  const numberOf = createNumbering(db);
  const insert = db.prepare(`
    INSERT INTO views (source, ref, contract, content_id, cid, cid_key, blockchain_address,
      provider_wallet, creator_wallet, token, price, units, amount, timestamp, tx_hash, reported_at)
    VALUES (3, @ref, @contract, @contentId, @cid, @cidKey, @viewer,
      @provider, @creator, @token, @price, 1, @price, @viewTimeSec, @txHash, @receivedAtSec)
    ON CONFLICT (ref) WHERE source = 3 DO NOTHING`);
  const count = db.prepare<[string, string]>(
    'UPDATE content_metadata SET views = views + 1 WHERE contract = ? AND content_id = ?',
  );
  const insertReport = (report: NewReport) => {
    const names = NAMED.map((field) => [field, numberOf(report[field])] as const);
    const { ref, txHash, price } = report;
    const packedOnes = { ref: packed(ref), txHash: txHash && packed(txHash), price: moneyOf(price) };
    const inserted = insert.run({ ...report, ...Object.fromEntries(names), ...packedOnes });
    if (inserted.changes === 1) count.run(report.contract, report.contentId);
    return inserted;
  };
  const takeDown = db.prepare<[string]>('INSERT OR IGNORE INTO taken_down (cid_key) VALUES (?)');
  const lift = db.prepare<[string]>('DELETE FROM taken_down WHERE cid_key = ?');
  return {
    hint: db.prepare<[Link]>(
      'INSERT INTO link_hints (ref, view, block_number) VALUES (@ref, @view, @blockNumber)',
    ),
    untold: db.prepare<[number], Link>(
      'SELECT ref, view, block_number AS blockNumber FROM untold_links LIMIT ?',
    ),
    /** Unless it has changed meanwhile. */
    told: db.prepare<[Link]>('DELETE FROM untold_links WHERE ref = @ref AND view IS @view'),
    insert: insertReport,
    /** It is covered by an on-chain view at once, or shown itself. */
    report(report: NewReport): void {
      const { changes, lastInsertRowid } = insertReport(report);
      if (changes === 1) matching.coverReport(Number(lastInsertRowid));
    },
    takedown: (cidKey: string, isTakenDown: boolean) => void (isTakenDown ? takeDown : lift).run(cidKey),
    clear(): void {
      clearChain();
      db.exec(`
        DELETE FROM views WHERE source = 3;
        DELETE FROM taken_down;
        DELETE FROM link_hints;
        DELETE FROM untold_links;
      `);
    },
  };
}
