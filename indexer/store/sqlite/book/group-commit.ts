import type Database from 'better-sqlite3';

interface Waiting {
  /** @returns what settles its caller once all is on the disk. */
  run(): () => void;
  reject(error: unknown): void;
}

/**
 * A commit waits for the disk: what comes in one turn of the event loop shares it, each work in order, over what those before
 * it have written.
 * @returns what does a synchronous work in a transaction that it may share. A work that throws writes nothing.
 */
export function createGroupCommit(db: Database.Database): <T>(work: () => T) => Promise<T> {
  const each = db.transaction((work: () => unknown) => work());
  const all = db.transaction((batch: readonly Waiting[]) => batch.map(({ run }) => run()));
  let waiting: Waiting[] = [];

  function commitWaiting(): void {
    const batch = waiting;
    waiting = [];
    try {
      for (const settle of all.immediate(batch)) settle();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return async <T>(work: () => T): Promise<T> =>
    await new Promise<T>((resolve, reject) => {
      const run = () => {
        try {
          // A savepoint of its own.
          const result = each(work) as T;
          return () => resolve(result);
        } catch (error) {
          return () => reject(error);
        }
      };
      if (waiting.push({ run, reject }) === 1) setImmediate(commitWaiting);
    });
}
