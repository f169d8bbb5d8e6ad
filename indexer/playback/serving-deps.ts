import type { BaseWallet } from 'ethers';
import type { BaseLogger } from 'pino';
import type { CallCheck } from '../contract/calls/call-status.ts';
import type { ContractWriter, Relay } from '../contract/calls/writer.ts';
import type { HostContract } from '../contract/stream-host.ts';
import type { MediaStorage } from '../media/storage.ts';
import type { ProvidedMedia, ServeWishes, StagedUploads, Takedowns } from '../store/book.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import type { Store } from '../store/store.ts';
import type { Elsewhere } from './moving/elsewhere.ts';
import type { Provider } from './provider.ts';

/** What registering this host's own streams stands on. */
export interface ServingDeps {
  /** `null` on a host that serves for nobody. */
  provider: Provider | null;
  /** The host's key, which signs as the provider or as its delegate; `null` without one. */
  wallet: Pick<BaseWallet, 'address' | 'signTypedData'> | null;
  writer: ContractWriter;
  relay: Pick<Relay, 'accepts'>;
  contract: Pick<HostContract, 'actsFor'>;
  callCheck: Pick<CallCheck, 'headTimeSec'>;
  store: Store;
  book: ServeWishes & ProvidedMedia & Pick<StagedUploads, 'uploadsOf'> & Pick<Takedowns, 'takedownOf'>;
  storage: Pick<MediaStorage, 'stat' | 'remove'>;
  /** Whether this host has the keys of a canonical CID, as its creator has packaged it. */
  isProtected(cidKey: string, creator: string): Promise<boolean>;
  /** Whether it is a protected video, and this host lacks its keys. */
  isLocked(cidKey: string, creator: string): Promise<boolean>;
  chain: IndexedChain & {
    chainId: number;
    /** Calls back when the records show more of the chain, or less. */
    onIndexed(listener: () => void): unknown;
  };
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
  /** Streams of the provider that lead to another host. */
  elsewhere: Pick<Elsewhere, 'first' | 'keepsFromSelling'>;
  /** Whether the operator has had this host move them, and that is not done yet. */
  isTakingOver(): boolean;
  /** Ends all trying. */
  signal: AbortSignal;
}
