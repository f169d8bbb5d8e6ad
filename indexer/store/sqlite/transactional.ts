import type Database from 'better-sqlite3';

/**
 * @param undone called where the transaction fails.
 * @returns the work as a method of the store: one transaction, which waits until no other process writes.
 */
export function transactional<Args extends unknown[], Result>(
  db: Database.Database,
  work: (...args: Args) => Result,
  undone?: () => void,
): (...args: Args) => Promise<Result> {
  const transaction = db.transaction(work);
  return async (...args) => {
    try {
      return transaction.immediate(...args);
    } catch (error) {
      undone?.();
      throw error;
    }
  };
}
