import { eventTopics } from '../contract/decode/decode.ts';
import { IndexProof } from '../proof/index-proof.ts';
import type { Rpc } from '../rpc/rpc.ts';
import { Indexer, type IndexerOptions } from '../sync/indexer.ts';
import { LogSource } from '../sync/log-source.ts';
import { type KnownCoins, knownCoins } from '../tokens/known-coins.ts';

export interface ProvenIndexerOptions extends Omit<IndexerOptions, 'source' | 'completeness' | 'coins'> {
  rpc: Rpc;
  /** By default the native coin alone. */
  coins?: KnownCoins;
}

/** An indexer whose records are compared with the chain: each block with its header, sums with the contracts. */
export function createIndexer({ rpc, coins = knownCoins(0), ...options }: ProvenIndexerOptions): Indexer {
  const { store, deployments, log } = options;
  const contracts = deployments.map(({ address }) => address.toLowerCase());
  const startBlock = Math.min(...deployments.map((deployment) => deployment.startBlock));
  const source = new LogSource({ rpc, addresses: contracts, topics: eventTopics });
  const completeness = new IndexProof({ source, rpc, store, contracts, startBlock, log });
  return new Indexer({ ...options, coins, source, completeness });
}
