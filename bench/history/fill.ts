// Fills the records of the case `history`, in a process of its own: argv is their file and how many views. Says what it took.
import { statSync } from 'node:fs';
import { ZeroAddress } from 'ethers';
import { openSqliteStore } from '../../indexer/store/sqlite/index.ts';
import { batchesOf } from '../../indexer/sync/batches.ts';
import { createBlockProjector } from '../../indexer/sync/block-projector.ts';
import type { SourceBlock } from '../../indexer/sync/header.ts';
import { CONTRACT, hashOf, hex, type logOf } from '../index/history.ts';
import { CHAIN_ID, CONTENTS, publication, registration, STREAMS, timeOf, view } from './world.ts';

const [path = '', count = ''] = process.argv.slice(2);
const views = Number(count);
const LOGS_A_BLOCK = 250;
/** The last ones, of which the rate is told. */
const timed = Math.min(200_000, views);

const store = openSqliteStore({ path });
const project = createBlockProjector(store, () => true);
await store.setChainIdentity({ chainId: CHAIN_ID, genesisHash: hashOf(0) });
await store.setIndexedContracts([CONTRACT]);
await store.setKnownCoins([ZeroAddress]);
let last = 0;

await index(CONTENTS, publication);
await index(STREAMS, registration);
const emptyBytes = statSync(path).size;
await index(views - timed, view);
const startMs = performance.now();
await index(timed, (nth) => view(views - timed + nth));
const tookMs = performance.now() - startMs;
await store.close();
process.send?.({
  last,
  bytesPerView: (statSync(path).size - emptyBytes) / views,
  insertsPerSec: timed / (tookMs / 1_000),
});
process.disconnect?.();

/** As a backfill writes them. */
async function index(logs: number, logAt: (nth: number) => ReturnType<typeof logOf>): Promise<void> {
  for (let from = 0; from < logs; ) {
    const blocks: SourceBlock[] = [];
    for (; from < logs && blocks.length < 32; from += LOGS_A_BLOCK)
      blocks.push(
        blockOf(Array.from({ length: Math.min(LOGS_A_BLOCK, logs - from) }, (_, nth) => logAt(from + nth))),
      );
    for (const batch of batchesOf(blocks))
      await store.commitBlocks(await project(batch), { undoable: false });
  }
}

function blockOf(logs: readonly ReturnType<typeof logOf>[]): SourceBlock {
  last += 1;
  const [number, hash] = [last, hashOf(last)];
  const of = { blockNumber: number, blockHash: hash };
  return {
    ...{ number, hash, parentHash: hashOf(number - 1), timestampSec: timeOf(number), logsBloom: '0x' },
    transactions: logs.length,
    logs: logs.map((log, logIndex) => ({
      ...log,
      ...of,
      logIndex,
      txHash: hex(number * 1_000 + logIndex, 64),
    })),
  };
}
