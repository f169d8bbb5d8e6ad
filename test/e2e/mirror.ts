import { join } from 'node:path';
import { expect } from 'chai';
import { dump, MIRRORED } from '../indexer/store/dump.ts';
import { eventually, type HostProcess } from './host.ts';

/** In an order that does not depend on how it was written. */
const MIRROR = {
  ...MIRRORED,
  streaming_access_logs: 'block_number, log_index, item, ref',
  taken_down: 'cid_key',
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

/** Every row of the records that is shown, by table; reports too, but for the number of a row in the history. */
export function mirror(dataDir: string): Record<string, unknown[]> {
  const { streaming_access_logs = [], ...rest } = dump(join(dataDir, 'records.sqlite'), MIRROR);
  const views = (streaming_access_logs as Record<string, unknown>[]).map(({ seq: _, ...row }) => row);
  return { ...rest, streaming_access_logs: views };
}
