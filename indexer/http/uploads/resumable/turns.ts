import type { Lock, Locker } from '@tus/server';
import { problem } from '../../problems/codes.ts';

/** How long somebody who has an upload may take to let go of it. */
const PATIENCE_MS = 10_000;

interface Turn {
  /** Asks for an early end: what has come by then is kept. */
  leave: () => Promise<void> | void;
  over: PromiseWithResolvers<void>;
}

/**
 * One request at a time for each upload. While bytes come, others that bring some are turned away (423). Who asks how far
 * it is, or ends it, has the one before end: a client whose line broke comes back before the host has noticed.
 */
export function createTurns(): (method: string) => Locker {
  const turns = new Map<string, Turn>();
  return (method) => ({ newLock: (id) => lockOf(turns, id, method !== 'PATCH') });
}

function lockOf(turns: Map<string, Turn>, id: string, isUrgent: boolean): Lock {
  let own: Turn | undefined;
  return {
    async lock(_signal, leave) {
      const end = AbortSignal.timeout(PATIENCE_MS);
      for (let before = turns.get(id); before !== undefined; before = turns.get(id)) {
        if (!isUrgent || end.aborted) throw busy();
        await before.leave();
        await Promise.race([
          before.over.promise,
          new Promise((resolve) => end.addEventListener('abort', resolve)),
        ]);
      }
      own = { leave, over: Promise.withResolvers() };
      turns.set(id, own);
    },
    async unlock() {
      if (own === undefined || turns.get(id) !== own) return;
      turns.delete(id);
      own.over.resolve();
    },
  };
}

export function busy() {
  const detail = 'Another request is about this upload: ask by HEAD how far it is, then go on.';
  return problem('upload_busy', detail, { field: 'id' });
}
