import type { BaseLogger } from 'pino';
import type { ContractWriter } from '../chain/writer.ts';
import type { Coin } from '../listing/price.ts';
import type { LiveIndex } from '../live/live.ts';
import type { HostContract } from '../payments/hostcontract.ts';
import type { MediaLibrary } from '../storage/library.ts';
import type { Store } from '../store/store.ts';

/** All that the HTTP side stands on; `main.ts` puts it together. */
export interface AppDeps {
  config: {
    /** Origins whose pages may call; `*` for any. */
    corsOrigins: readonly string[];
    maxUploadBytes: number;
    /** Writes need no signature: the embedded chain, on a loopback address. */
    unsigned: boolean;
  };
  store: Store;
  live: LiveIndex;
  storage: MediaLibrary;
  /** Acts for any wallet named; `null` off the embedded chain. */
  writer: ContractWriter | null;
  chain: ChainFacts;
  contract: Pick<HostContract, 'termsInForce' | 'hasStream'>;
  tokens: { describe(token: string): Promise<Coin> };
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  nowSec(): number;
}

export interface ChainFacts {
  chainId: number;
  name: string;
  /** The deployment written to. */
  contract: string;
  status(): IndexingStatus;
  /** Number of the newest block, asked of the chain. */
  head(): Promise<number>;
  /** Resolves when the store shows the block. */
  waitFor(block: number): Promise<void>;
}

export interface IndexingStatus {
  /** Highest block seen. */
  head: number | null;
  indexed: number | null;
  lagBlocks: number | null;
  /** Why the last look at the chain failed. */
  lastError: Error | null;
  synced: boolean;
}
