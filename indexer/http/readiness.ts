import type { z } from 'zod';
import type { AppDeps } from './deps.ts';
import type { readinessAnswer } from './schemas/health.ts';

type Readiness = z.input<typeof readinessAnswer>;
type Part = Readiness['parts']['store'];

const PING_PATIENCE_MS = 2_000;

/** Asks every part whether it answers, and how far the records are behind the chain. */
export async function readiness({ store, live, storage, chain }: AppDeps): Promise<Readiness> {
  const [storeUp, liveUp, storageUp, ethStorageUp] = await Promise.all([
    answering(store),
    answering(live),
    answering(storage.ipfs),
    storage.ethstorage && answering(storage.ethstorage),
  ]);
  const { head, indexed, lagBlocks, lastError, synced } = chain.status();
  const lag = { head, indexed, lag_blocks: lagBlocks };
  const parts = {
    store: storeUp,
    live: liveUp,
    storage: storageUp,
    ...(ethStorageUp && { ethstorage: ethStorageUp }),
    chain: lastError ? down(chain.name, lastError.message) : { state: 'up' as const, name: chain.name },
    indexer: synced
      ? { state: 'up' as const, ...lag }
      : { state: 'behind' as const, reason: behind(lagBlocks), ...lag },
  };
  return { ready: Object.values(parts).every(({ state }) => state === 'up'), parts };
}

async function answering(part: { name: string; ping(): Promise<void> }): Promise<Part> {
  const { name } = part;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer in ${PING_PATIENCE_MS} ms`)),
    PING_PATIENCE_MS,
  );
  try {
    await Promise.race([part.ping(), late.promise]);
    return { state: 'up', name };
  } catch (error) {
    return down(name, error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}

function down(name: string, reason: string): Part {
  return { state: 'down', name, reason };
}

function behind(lagBlocks: number | null): string {
  if (lagBlocks === null) return 'The chain has not been looked at yet.';
  return `The records are ${lagBlocks} blocks behind the chain.`;
}
