import type { ChainRecords } from '../store/store.ts';
import { WrongChain } from './errors.ts';
import type { LogSource } from './log-source.ts';
import { rewind } from './reorg.ts';

/** A contract whose events are indexed. */
export interface IndexedContract {
  address: string;
  /** The block it was deployed in. */
  startBlock: number;
}

/**
 * Makes sure that the records are of this chain and hold every deployment's events up to the cursor: for a
 * deployment they don't know yet, goes back to before its start.
 * @throws {WrongChain}
 */
export async function prepareRecords(
  source: Pick<LogSource, 'identity'>,
  store: ChainRecords,
  deployments: readonly IndexedContract[],
): Promise<void> {
  const served = await source.identity();
  const stored = await store.chainIdentity();
  if (stored && (stored.chainId !== served.chainId || stored.genesisHash !== served.genesisHash)) {
    throw new WrongChain({ stored, served });
  }
  await rewindForNew(store, deployments);
  await store.setChainIdentity(served);
  await store.setIndexedContracts([
    ...new Set([
      ...(await store.indexedContracts()),
      ...deployments.map(({ address }) => address.toLowerCase()),
    ]),
  ]);
}

async function rewindForNew(store: ChainRecords, deployments: readonly IndexedContract[]): Promise<void> {
  const cursor = await store.cursor();
  const known = new Set(await store.indexedContracts());
  const starts = deployments
    .filter(({ address }) => !known.has(address.toLowerCase()))
    .map(({ startBlock }) => startBlock);
  const earliest = Math.min(...starts);
  if (cursor && earliest <= cursor.number) await rewind(store, earliest - 1);
}
