import type Database from 'better-sqlite3';

/** @returns the work as a method of the store: one transaction, which waits until no other process writes. */
export function transactional<Args extends unknown[], Result>(
  db: Database.Database,
  work: (...args: Args) => Result,
): (...args: Args) => Promise<Result> {
  const transaction = db.transaction(work);
  return async (...args) => transaction.immediate(...args);
}
