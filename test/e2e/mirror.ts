import { join } from 'node:path';
import { expect } from 'chai';
import { dump, MIRRORED } from '../indexer/store/dump.ts';
import { eventually, type HostProcess } from './host.ts';

/** In an order that does not depend on how it was written. */
const MIRROR = {
  ...MIRRORED,
  streaming_access_logs: 'block_number, log_index, item',
  chain_cursor: 'one',
};

/** Waits until the host's records show the chain's head. */
export async function indexedAll(host: HostProcess): Promise<void> {
  interface Readiness {
    parts: { indexer: { lag_blocks: number } };
  }
  // Also while the host is not ready, which is when it lags.
  const readyz = async () => (await (await fetch(`${host.url}/readyz`)).json()) as Readiness;
  const lag = async () => (await readyz()).parts.indexer.lag_blocks;
  expect(await eventually(5_000, lag, (blocks) => blocks === 0)).to.equal(0);
}

/**
 * Every on-chain row of the records, by table. Reports are not on chain: the number of a history row counts those before
 * it, and a sponsored view is the viewer's own where the viewer has reported it.
 */
export function mirror(dataDir: string): Record<string, unknown[]> {
  const { streaming_access_logs = [], ...rest } = dump(join(dataDir, 'records.sqlite'), MIRROR);
  const onChain = (streaming_access_logs as Record<string, unknown>[])
    .filter(({ source }) => source !== 'reported')
    .map(({ seq: _, attributed: __, ...row }) => row);
  return { ...rest, streaming_access_logs: onChain };
}
