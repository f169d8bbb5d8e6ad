import { DEVNET_CHAIN_ID } from '../../devchain/accounts.ts';
import type { Config } from '../config/config.ts';
import { pathsOf } from '../config/paths.ts';
import { createSignatureCheck } from '../contract/signatures.ts';
import type { AppDeps, ChainFacts } from '../http/deps.ts';
import type { ChainIdentity } from '../store/rows.ts';
import { openSqliteStoresOf } from '../store/sqlite/index.ts';
import type { Indexer } from '../sync/indexer.ts';
import { LogSource } from '../sync/log-source.ts';
import { knownCoins } from '../tokens/known-coins.ts';
import { createDueMedia, createLedger } from '../uploads/measuring/ledger.ts';
import type { OpenChain } from './chain/chain.ts';
import { openChain } from './chain/open.ts';
import { createOperatorBalance } from './chain/operator-balance.ts';
import { createIndexer, type ProvenIndexerOptions } from './indexer.ts';
import { openLive } from './live.ts';
import { openStorage } from './media.ts';

/** What an indexer is to the rest of a host. */
export type Follower = Pick<Indexer, keyof Indexer>;

export interface HostOptions {
  log: AppDeps['log'];
  clock?: { nowSec(): number };
  /** Streams of the provider that lead to another host are moved here. */
  takesOver?: boolean;
  overrides?: Overrides;
}

/** What a test or the bench puts in the place of a host's own parts. */
export interface Overrides {
  openChain?: typeof openChain;
  openStorage?: typeof openStorage;
  createIndexer?: (options: ProvenIndexerOptions) => Follower;
  /** Where the host says that it is reached. */
  publicUrl?: (listeningAt: string) => string;
  /** How long a signed call waits for its block. */
  relayWaitMs?: number;
  /** Between two runs of the job that removes uploads which are over. */
  expiryPauseMs?: number;
}

export type Infrastructure = Awaited<ReturnType<typeof openInfrastructure>>;

const realClock = { nowSec: () => Math.floor(Date.now() / 1000) };

/**
 * What the capabilities of a host stand on: the chain, the records that follow it, media and what lives for a while.
 * @param parts takes what is to be closed; the indexer is not, since what waits for it has to end first.
 */
export async function openInfrastructure(
  config: Config,
  { log, clock = realClock, takesOver = false, overrides = {} }: HostOptions,
  parts: AsyncDisposableStack,
) {
  const at = pathsOf(config);
  const network = parts.use(await (overrides.openChain ?? openChain)(config, at, (line) => log.info(line)));
  const coins = knownCoins(network.facts.chainId, config.knownTokens);
  const { store, book, formerBook } = openSqliteStoresOf(await identityOf(network), at);
  parts.defer(() => book.close());
  parts.defer(() => store.close());
  if (formerBook !== null)
    log.warn(
      { file: formerBook },
      'the book of another chain is kept aside: this one is of the present chain',
    );
  const dueMedia = createDueMedia();
  const ledger = createLedger(book, dueMedia);
  const media = await (overrides.openStorage ?? openStorage)({
    ...{ config, chain: network, store, book, log, ledger },
  });
  const storage = parts.adopt(media.storage, (open) => open.close());
  const shared = { config, chain: network, store, log };
  const { live, index, counters, description } = await openLive(shared, parts);
  const { rpc, endpoints, deployments, pace } = network;
  const proof = endpoints && { endpoints };
  const following = { rpc, proof, deployments, ...pace, store, live: index, coins, log };
  const indexer: Follower = (overrides.createIndexer ?? createIndexer)(following);
  return {
    config,
    /** The chain itself. */
    network,
    /** The chain, as far as it is indexed. */
    chain: indexedChain(network, indexer),
    indexer,
    coins,
    store,
    book,
    storage,
    /** What is kept and not measured. */
    dueMedia,
    live,
    counters,
    log,
    takesOver,
    overrides,
    checkSignature: createSignatureCheck(rpc),
    nowSec: () => clock.nowSec(),
    /** Where media and live streams are, for the person who starts the host. */
    descriptions: { media: media.description, live: description },
  };
}

/** @throws {RpcError} */
function identityOf({ rpc }: OpenChain): Promise<ChainIdentity> {
  return new LogSource({ rpc, addresses: [], topics: [] }).identity();
}

function indexedChain({ facts, provider, isEmbedded, operator }: OpenChain, indexer: Follower): ChainFacts {
  // Also as another host's: its newest block is as old as the last transaction.
  const isDevelopment = isEmbedded || facts.chainId === DEVNET_CHAIN_ID;
  const newestBlockSec = async () => (await provider.getBlock('latest'))?.timestamp ?? 0;
  return {
    ...facts,
    newestBlockSec: isDevelopment ? null : newestBlockSec,
    operatorBalance: createOperatorBalance(provider, operator),
    status: () => indexer.status(),
    head: () => provider.getBlockNumber(),
    waitFor(block, options) {
      indexer.notify();
      return indexer.waitFor(block, options);
    },
    onIndexed: (listener) => indexer.onIndexed(listener),
  };
}
