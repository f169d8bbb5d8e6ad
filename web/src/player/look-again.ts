import type { Finding } from './probe.ts';

/** A stream is on chain some moments before it serves: so long until it is looked at again, each time. */
const PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

interface LookAgain {
  look: () => Promise<Finding>;
  /** Told of the first look, and of each later one that found something else. */
  tell: (finding: Finding) => void;
  /** Waits so long, and until the page is seen. */
  pause: (ms: number) => Promise<void>;
  leaving: AbortSignal;
}

/** Looks until something plays or is sold there, with growing pauses and an end. */
export async function lookUntilServed({ look, tell, pause, leaving }: LookAgain): Promise<void> {
  let last: Finding | undefined;
  for (const ms of [0, ...PAUSES_MS]) {
    if (last !== undefined) await pause(ms);
    if (leaving.aborted) return;
    const finding = await look();
    if (leaving.aborted) return;
    if (last === undefined || !isNothing(finding)) tell(finding);
    if (!isNothing(finding)) return;
    last = finding;
  }
}

/** Whether nobody answers there, or who does sells nothing yet. */
function isNothing(finding: Finding): boolean {
  return finding === 'silent' || (typeof finding === 'object' && finding.offers.length === 0);
}

/** Waits so long, and then until the page is seen. */
export async function pauseWhileShown(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (!document.hidden) return;
  await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}
