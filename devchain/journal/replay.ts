import type { Engine } from '../engine.ts';
import { JournalMismatch } from '../errors.ts';
import type { Journal } from './journal.ts';

/**
 * Carries out the journal's calls at their recorded times. Throws JournalMismatch where a block differs from
 * the recorded one. Resolves to the number of calls.
 */
export async function replay(journal: Journal, engine: Engine): Promise<number> {
  let count = 0;
  for await (const { head, atSec, calls } of journal.entries()) {
    if (head.hash !== engine.head.hash) {
      throw new JournalMismatch({
        recorded: `${head.number} ${head.hash}`,
        replayed: `${engine.head.number} ${engine.head.hash}`,
      });
    }
    for (const call of calls) {
      // A call that is refused now was refused then; had it been answered, the next block would differ.
      await engine.apply(call, atSec).catch(() => undefined);
      count += 1;
    }
  }
  return count;
}
