import { canonicalCid } from '../../lib/cid.ts';
import { createWakeSignal, type WakeSignal } from '../../lib/wake-signal.ts';
import type { MediaLedger } from '../../media/ledger.ts';
import type { MediaFacts } from '../../store/book.ts';

/** What is to be measured; the records know it, too, for after a restart. */
export interface DueMedia {
  readonly cidKeys: Set<string>;
  readonly news: WakeSignal;
}

export function createDueMedia(): DueMedia {
  return { cidKeys: new Set(), news: createWakeSignal() };
}

/** Notes media in the records. */
export function createLedger(book: MediaFacts, { cidKeys, news }: DueMedia): MediaLedger {
  return {
    async note({ cid, sizeBytes }, kind) {
      await book.noteMedia({ cidKey: keyOf(cid), kind, sizeBytes });
    },
    look(cid) {
      cidKeys.add(keyOf(cid));
      news.wake();
    },
    forget: (cid) => book.forgetMedia(keyOf(cid)),
  };
}

function keyOf(cid: string): string {
  return canonicalCid(cid) ?? cid;
}
