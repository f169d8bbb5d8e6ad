import type Database from 'better-sqlite3';
import type { NewReport, UploadProgress } from '../book.ts';

/** What the mirror shows of the book, as it changes. */
export type OwnChange = { seq: number } & (
  | { kind: 'report'; report: NewReport }
  /** Whether this host shows the content, or what it shows of it, has changed. */
  | { kind: 'shown'; cidKey: string }
  | { kind: 'takedown'; cidKey: string; isTakenDown: boolean }
  /** An upload that is packaged, and in lower case whose it is. */
  | { kind: 'upload'; upload: UploadProgress & { owner: string } }
);

/** All that the mirror shows of the book, up to the change `end`. */
export interface OwnState {
  end: number;
  /** In the order in which they came. */
  reports: Iterable<NewReport>;
  takenDown: readonly string[];
  links: Iterable<Link>;
}

/** A report, and the view that covers it. */
export interface Link {
  ref: string;
  /** Row id; `null`: none does any more. */
  view: string | null;
  /** Of the view. */
  blockNumber: number | null;
}

/**
 * The book as the mirror sees it: what has changed, in order, each written in the transaction of the change itself. Synchronous,
 * so that the mirror can read it within its own transaction.
 */
export interface OwnChanges {
  /** Names the book that counts. */
  readonly book: string;
  /** Of the newest change; 0 before the first. Cheap: it is asked before every read of what the mirror shows of it. */
  end(): number;
  /** After `seq`, oldest first, at most `limit`; `null` where some of them are forgotten. */
  after(seq: number, limit: number): OwnChange[] | null;
  /** Everything, of one state of the book. */
  read<Result>(work: (state: OwnState) => Result): Result;
  /** For the next mirror: what covers a report depends on what came first, and no chain tells that. */
  noteLinks(links: readonly Link[]): void;
  /** The mirror shows what was up to `seq`. */
  forget(seq: number): void;
  /**
   * One transaction: takes over what records of a version before have kept in the mirror's file, once.
   * @param name of these tables.
   * @returns whether that was all that the book held then.
   */
  takeOver(name: string, from: Database.Database): boolean;
}
