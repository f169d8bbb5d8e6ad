import { useSyncExternalStore } from 'react';
import { z } from 'zod/mini';
import { ask } from './http.ts';

/** Whether the page hears from the host: not yet, yes, not any more. */
export type Line = 'connecting' | 'live' | 'lost';

const changed = new Set<() => void>();
const lineListeners = new Set<() => void>();
let line: Line = 'connecting';

/** Calls back whenever something may have changed at the host. @returns what stops it. */
export function onChange(listener: () => void): () => void {
  changed.add(listener);
  return () => changed.delete(listener);
}

/** Says that something has changed at the host: an action of this page has ended, or a person asks again. */
export function announceChange(): void {
  for (const listener of [...changed]) listener();
}

export function useLine(): Line {
  return useSyncExternalStore(
    (listener) => {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    () => line,
  );
}

const POLL_MS = 3_000;
const indexed = z.object({ parts: z.object({ indexer: z.object({ indexed: z.nullable(z.number()) }) }) });

/** Follows the host until `signal` aborts. */
export async function follow(signal: AbortSignal): Promise<void> {
  let seen: number | null | undefined;
  while (!signal.aborted) {
    try {
      const now = (await ask('/readyz', indexed, { signal })).parts.indexer.indexed;
      const wasLost = line === 'lost';
      setLine('live');
      if (wasLost || (seen !== undefined && now !== seen)) announceChange();
      seen = now;
    } catch {
      if (!signal.aborted) setLine('lost');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function setLine(next: Line): void {
  if (next === line) return;
  line = next;
  for (const listener of lineListeners) listener();
}
