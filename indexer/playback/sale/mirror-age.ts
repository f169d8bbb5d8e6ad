interface Followed {
  status(): { synced: boolean };
  onIndexed(listener: () => void): unknown;
}

/** @returns for how many seconds the records may have lacked what stands on the chain; 0 while they are in step. */
export function createMirrorAge(chain: Followed, nowSec: () => number): () => number {
  let inStepSec = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (chain.status().synced) inStepSec = nowSec();
  };
  chain.onIndexed(look);
  return () => {
    look();
    return nowSec() - inStepSec;
  };
}
