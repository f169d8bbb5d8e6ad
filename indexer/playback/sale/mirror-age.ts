interface Followed {
  status(): { synced: boolean };
  onIndexed(listener: () => void): unknown;
  /** When the newest block of the chain was made, as the endpoint shows it; `null` where blocks come only when they are wanted. */
  newestBlockSec: (() => Promise<number>) | null;
}

/** An endpoint is asked for its newest block so often. */
const ASK_EVERY_SEC = 10;
/** Records older than this part of the withdrawal delay may hide that a deposit is gone. */
const DELAY_PARTS = 4;

/** Whether records of this age are too old to sell anything new by. */
export function isTooOld(ageSec: number, withdrawDelaySec: number): boolean {
  return ageSec > withdrawDelaySec / DELAY_PARTS;
}

/**
 * @returns for how many seconds the records may have lacked what stands on the chain: since they were last in step with their
 *   endpoint, or that one with the chain. One that has lost its peers answers, and stands still.
 */
export function createMirrorAge(chain: Followed, nowSec: () => number): () => Promise<number> {
  let inStepSec = Number.NEGATIVE_INFINITY;
  let newest = { blockSec: Number.NEGATIVE_INFINITY, askedSec: Number.NEGATIVE_INFINITY };
  const look = () => {
    if (chain.status().synced) inStepSec = nowSec();
  };
  chain.onIndexed(look);

  async function newestBlockSec(): Promise<number> {
    if (chain.newestBlockSec === null) return Number.POSITIVE_INFINITY;
    const askedSec = nowSec();
    if (askedSec - newest.askedSec >= ASK_EVERY_SEC) {
      // What was known before stays, and grows old.
      const blockSec = await chain.newestBlockSec().catch(() => newest.blockSec);
      newest = { blockSec, askedSec };
    }
    return newest.blockSec;
  }

  return async () => {
    look();
    return nowSec() - Math.min(inStepSec, nowSec(), await newestBlockSec());
  };
}
