import { runningHost } from '../../../indexer/compose/host-file.ts';
import { pollUntil } from '../../../indexer/lib/poll-until.ts';
import type { IndexedChain } from '../../../indexer/store/indexed-chain.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { CliError } from '../cli.ts';
import { createOwnIndexer } from '../own-indexer.ts';
import type { ScriptContext } from '../script-context.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 60_000;

/** How far the records follow the chain: the host that runs sees to that, or, where none does, this process. */
export async function followRecords(
  context: ScriptContext,
  store: Store,
): Promise<IndexedChain & AsyncDisposable> {
  const { config, provider } = context;
  const head = () => provider.getBlockNumber();
  if ((await runningHost(config.dataDir)) !== null) {
    return {
      head,
      waitFor: (block) => hostShows(store, block),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  const indexer = createOwnIndexer(context, store);
  await indexer.start();
  return {
    head,
    async waitFor(block) {
      indexer.notify();
      await indexer.waitFor(block, { timeoutMs: TIMEOUT_MS });
    },
    [Symbol.asyncDispose]: () => indexer.stop(),
  };
}

async function hostShows(store: Store, block: number): Promise<void> {
  const isShown = async () => ((await store.cursor())?.number ?? -1) >= block;
  if (await pollUntil(isShown, { everyMs: POLL_MS, timeoutMs: TIMEOUT_MS })) return;
  throw new CliError(
    `The host that runs has not read block ${block} yet: run this again once it has caught up.`,
  );
}
