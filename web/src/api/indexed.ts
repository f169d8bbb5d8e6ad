import { retry } from '../lib/retry.ts';
import { host } from './host.ts';

const TIMEOUT_MS = 30_000;
const PAUSE_MS = 500;

/** Resolves when the host's reads show a block, or after 30 seconds. */
export async function untilIndexed(block: number): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const look = async () => {
    const { indexed_block } = await host.chain.load(signal);
    if (indexed_block === null || indexed_block < block) throw new Error('The host is behind the chain.');
  };
  const isRetryable = () => !signal.aborted;
  await retry(look, { isRetryable, pauseMs: PAUSE_MS, timeoutMs: TIMEOUT_MS }).catch(() => undefined);
}
