import { eventTopics } from '../contract/decode/decode.ts';
import { IndexProof } from '../proof/index-proof.ts';
import { Proving, type ProvingOptions } from '../proof/proving.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { Indexer, type IndexerOptions } from '../sync/indexer.ts';
import { LogSource } from '../sync/log-source.ts';
import { type KnownCoins, knownCoins } from '../tokens/known-coins.ts';

export interface ProvenIndexerOptions extends Omit<IndexerOptions, 'source' | 'completeness' | 'coins'> {
  rpc: Rpc;
  /** The endpoints behind `rpc`, each by itself: what they say is then proven behind the tip. */
  proof?: Pick<ProvingOptions, 'endpoints' | 'pauseMs'> | undefined;
  /** By default the native coin alone. */
  coins?: KnownCoins;
}

/** An indexer whose records are compared with the chain: each block with its header, sums with the contracts. */
export function createIndexer({
  rpc,
  proof,
  coins = knownCoins(0),
  ...options
}: ProvenIndexerOptions): Indexer {
  const { store, deployments, log } = options;
  const contracts = deployments.map(({ address }) => address.toLowerCase());
  const startBlock = Math.min(...deployments.map((deployment) => deployment.startBlock));
  const source = new LogSource({ rpc, addresses: contracts, topics: eventTopics });
  const records = { source, rpc, store, contracts, startBlock, log };
  const proving = proof && new Proving({ ...records, ...proof });
  const completeness = new IndexProof({ ...records, proving });
  return new Indexer({ ...options, coins, source, completeness });
}
