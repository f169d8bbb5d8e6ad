import type { z } from 'zod';
import { messageOf } from '../../lib/errors.ts';
import { withTimeout } from '../../lib/with-timeout.ts';
import { isTooOld } from '../../playback/sale/mirror-age.ts';
import { Degraded } from '../../redis/errors.ts';
import type { Context } from '../context.ts';
import type { AppDeps } from '../deps.ts';
import type { readinessAnswer } from '../schemas/health.ts';

type Readiness = z.input<typeof readinessAnswer>;
type Deps = AppDeps & Pick<Context, 'mirrorAgeSec'>;
type Part = Readiness['parts']['store'];

const PING_TIMEOUT_MS = 2_000;
const DAY_SEC = 86_400;
const MAX_DAYS_WITHOUT_BACKUP = 7;

/**
 * Asks every part whether it answers, and how far the records are behind the chain. A part that is degraded does its
 * work all the same: the host stays ready.
 */
export async function readiness(deps: Deps): Promise<Readiness> {
  const { store, live, counters, storage, chain, disk } = deps;
  const [storeUp, bookUp, diskUp, liveUp, countersUp, storageUp, ethStorageUp] = await Promise.all([
    answering(store),
    answering({ name: deps.book.name, ping: () => bookKept(deps) }),
    answering(disk),
    answering(live),
    answering(counters),
    answering(storage.ipfs),
    storage.ethstorage && answering(storage.ethstorage),
  ]);
  const { head, indexed, lagBlocks, lastError, synced, doubt, verifiedTo } = chain.status();
  const lag = { head, indexed, lag_blocks: lagBlocks, verified_to: verifiedTo };
  const parts = {
    store: storeUp,
    book: bookUp,
    disk: diskUp,
    live: liveUp,
    tallies: countersUp,
    storage: storageUp,
    ...(deps.provider && { sales: await selling(deps.provider.wallet, deps) }),
    ...(ethStorageUp && { ethstorage: ethStorageUp }),
    chain: lastError ? down(chain.name, lastError.message) : { state: 'up' as const, name: chain.name },
    indexer: synced
      ? { state: 'up' as const, ...lag }
      : { state: 'behind' as const, reason: doubt ?? stuck(lastError) ?? behind(lagBlocks), ...lag },
  };
  const ready = Object.values(parts).every(({ state }) => state === 'up' || state === 'degraded');
  return { ready, parts };
}

/** It answers, and there is a copy of what nobody can make again. @throws {Degraded} */
async function bookKept({ book, nowSec }: AppDeps): Promise<void> {
  await book.ping();
  const { sinceSec, isNeeded } = await book.backupState();
  const days = Math.floor((nowSec() - sinceSec) / DAY_SEC);
  if (isNeeded && days >= MAX_DAYS_WITHOUT_BACKUP) {
    throw new Degraded(`It was not backed up for ${days} days: npm run backup -- FILE`);
  }
}

/** One provider wallet has one book; and what may be gone from the chain is sold nothing. */
async function selling(name: string, deps: Deps): Promise<Part> {
  const { elsewhere } = deps;
  if (await elsewhere.keepsFromSelling()) {
    const first = await elsewhere.first();
    const reason = `Nothing is sold: streams of this provider lead elsewhere, as to ${first?.url}; npm start -- --take-over moves them here`;
    return { state: 'degraded', name, reason };
  }
  if (!(await isBehind(deps))) return { state: 'up', name };
  const reason = 'Nothing new is sold: the records lag too far behind the chain';
  return { state: 'degraded', name, reason };
}

/** Of an endpoint that does not say it in time nobody knows more. */
async function isBehind({ chain, contract, mirrorAgeSec }: Deps): Promise<boolean> {
  const asked = Promise.all([mirrorAgeSec(), contract.withdrawDelaySec(chain.contract)]);
  const late = () => new Error(`no answer in ${PING_TIMEOUT_MS} ms`);
  return await withTimeout(PING_TIMEOUT_MS, asked, late).then(
    ([ageSec, delaySec]) => isTooOld(ageSec, delaySec),
    () => true,
  );
}

async function answering(part: { name: string; ping(): Promise<void> }): Promise<Part> {
  const { name } = part;
  try {
    await withTimeout(PING_TIMEOUT_MS, part.ping(), () => new Error(`no answer in ${PING_TIMEOUT_MS} ms`));
    return { state: 'up', name };
  } catch (error) {
    if (error instanceof Degraded) return { state: 'degraded', name, reason: error.message };
    return down(name, messageOf(error));
  }
}

function down(name: string, reason: string): Part {
  return { state: 'down', name, reason };
}

/** Where a step fails again and again, the distance to the head says nothing. */
function stuck(lastError: Error | null): string | undefined {
  return lastError === null ? undefined : `The last look at the chain failed: ${lastError.message}`;
}

function behind(lagBlocks: number | null): string {
  if (lagBlocks === null) return 'The chain has not been looked at yet.';
  return `The records are ${lagBlocks} blocks behind the chain.`;
}
