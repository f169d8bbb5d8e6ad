import { pino } from 'pino';
import { createIndexer } from '../../indexer/compose/indexer.ts';
import type { Store } from '../../indexer/store/store.ts';
import type { Indexer } from '../../indexer/sync/indexer.ts';
import { knownCoins } from '../../indexer/tokens/known-coins.ts';
import type { ScriptContext } from './script-context.ts';

/** What follows the chain into records where no host does so; it logs nothing. */
export function createOwnIndexer(
  { rpc, chainId, deployedAt, config }: Pick<ScriptContext, 'rpc' | 'chainId' | 'deployedAt' | 'config'>,
  store: Store,
): Indexer {
  const deployments = Array.from(deployedAt, ([address, startBlock]) => ({ address, startBlock }));
  const coins = knownCoins(chainId, config.knownTokens);
  return createIndexer({ rpc, store, deployments, coins, log: pino({ level: 'silent' }) });
}
