import type { BaseLogger } from 'pino';
import type { SignIn } from '../auth/sign-in.ts';
import type { ContractWriter } from '../contract/calls/writer.ts';
import type { SignatureCheck } from '../contract/signatures.ts';
import type { HostContract } from '../contract/stream-host.ts';
import type { Counters } from '../counters/counters.ts';
import type { Disk } from '../lib/disk.ts';
import type { LiveStreams } from '../live/live.ts';
import type { MediaLibrary } from '../media/library.ts';
import type { ClaimNow } from '../playback/claiming/claim-now.ts';
import type { KeyGrants } from '../playback/grants/key-grants.ts';
import type { ContentSecrets } from '../playback/keys/content-secrets.ts';
import type { ReceiptSigner } from '../playback/keys/receipts.ts';
import type { UnitKeys } from '../playback/keys/unit-keys.ts';
import type { Elsewhere } from '../playback/moving/elsewhere.ts';
import type { Looks } from '../playback/probes/looks.ts';
import type { Proofs } from '../playback/probes/proofs.ts';
import type { StreamHealth } from '../playback/probes/stream-health.ts';
import type { Provider } from '../playback/provider.ts';
import type { Serving } from '../playback/serving.ts';
import type { Listings } from '../publishing/listing.ts';
import type { Coin } from '../publishing/price.ts';
import type { Deposits } from '../relay/channels/deposits.ts';
import type { Exits } from '../relay/channels/exits.ts';
import type { Releases } from '../relay/channels/releases.ts';
import type { Book } from '../store/book.ts';
import type { IndexedChain } from '../store/indexed-chain.ts';
import type { Store } from '../store/store.ts';
import type { PackagingIntake } from '../uploads/packaging/intake.ts';
import type { ResumableIntake } from '../uploads/resumable/resumable-intake.ts';
import type { Staging } from '../uploads/staging.ts';

/** Where undefined: none in unsigned mode, else the defaults of limits.ts. */
export type RateLimits = Readonly<Record<'reads' | 'writes' | 'uploads', number | undefined>>;

/** All that the HTTP side stands on; `compose/create-host.ts` puts it together. */
export interface AppDeps {
  config: {
    /** Origins whose pages may call; `*` for any. */
    corsOrigins: readonly string[];
    /** Where people reach the host, where it is told. */
    publicUrl?: string | undefined;
    maxUploadBytes: number;
    /** Bound of the memory that cached responses take. */
    responseCacheBytes: number;
    /** Responses from the cache get a line in the log, too. */
    logReadyAnswers: boolean;
    /** Files that one address reads at a time; 0 is no limit. */
    mediaReadsPerClient: number;
    /** So many clients may listen to events at a time. */
    maxEventClients: number;
    /** The same of one address (of IPv6: one /64). */
    maxEventClientsPerAddress: number;
    /** Requests at a time of one address, where a proxy in front holds all connections. */
    maxConnectionsPerClient: number;
    /** Writes need no signature: the embedded chain, on a loopback address. */
    unsigned: boolean;
    /** Media that is sold is served without payment on a public chain, too. */
    openGateway: boolean;
    /** So many units are sold for a deposit that is not final yet. */
    unconfirmedUnits: number;
    /** Whose signed calls this host submits. */
    relayFor: 'off' | 'allowlist' | 'open';
    /** Proxies in front, whose X-Forwarded-For is believed. */
    trustedProxies: number;
    /** Calls a minute, of one address and of one wallet; 0 is no limit. */
    rateLimits: RateLimits;
  };
  store: Store;
  book: Book;
  live: LiveStreams;
  /** Counts for limits, and what may happen once only. */
  counters: Counters;
  storage: MediaLibrary;
  writer: ContractWriter;
  /** `null` on a host that serves for nobody: without a key and without PROVIDER_WALLET. */
  provider: Provider | null;
  serving: Serving;
  /** Streams of the provider that lead to another host. */
  elsewhere: Pick<Elsewhere, 'first' | 'keepsFromSelling'>;
  /** What was found of registered streams. */
  health: StreamHealth;
  /** What is found of an address before it is registered. */
  looks: Pick<Looks, 'at' | 'isBusy'>;
  /** What is proven against them. */
  proofs: Pick<Proofs, 'file'>;
  /** Into channels with its provider, and out of them, without coin for gas. */
  deposits: Deposits;
  exits: Exits;
  releases: Releases;
  /** `null` on a host that claims nothing by itself. */
  claimNow: Pick<ClaimNow, 'due' | 'begin'> | null;
  /** Whoever knows it may do what the operator may: it stands in DATA_DIR alone. */
  operatorSecret: string;
  chain: ChainFacts;
  /** Whether an account has signed something, by its key or its code. */
  checkSignature: SignatureCheck;
  /** Of DATA_DIR. */
  disk: Disk;
  signIn: SignIn;
  staging: Staging;
  packaging: PackagingIntake;
  /** Uploads that come in pieces. */
  resumable: ResumableIntake;
  listings: Listings;
  contract: Pick<HostContract, 'termsInForce' | 'hasStream' | 'withdrawDelaySec' | 'actsFor'>;
  /** Keys of the protected videos that are kept here. */
  unitKeys: UnitKeys;
  /** And what these come from, which creators take along and bring. */
  secrets: ContentSecrets;
  /** By whose permission other providers get them. */
  keyGrants: KeyGrants;
  /** By the host's own key. */
  signReceipt: ReceiptSigner;
  tokens: { describe(token: string): Promise<Coin> };
  /** By address, those that are what they call themselves. */
  coins: ReadonlyMap<string, unknown>;
  log: Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
  nowSec(): number;
  /** Aborts when the host begins to stop: answers without an end are ended. */
  stopping: AbortSignal;
}

export interface ChainFacts extends IndexedChain {
  chainId: number;
  name: string;
  /** So many blocks below the head no reorganisation reaches, as far as selling goes. */
  confirmations: number;
  /** When the newest block was made, as the endpoint shows it; `null` on the development chain, where blocks come when wanted. */
  newestBlockSec: (() => Promise<number>) | null;
  /** What the operator's wallet holds for gas; `null` without a key, or while nobody knows. */
  operatorBalance(): { wallet: string; wei: bigint } | null;
  /** The deployment written to. */
  contract: string;
  /** Where pages on this machine reach the development chain; `null` for another, whose URL may hold a secret. */
  rpcUrl: string | null;
  status(): IndexingStatus;
  /** Calls back when the records show more of the chain, or less. */
  onIndexed(listener: () => void): unknown;
}

export interface IndexingStatus {
  /** Highest block seen. */
  head: number | null;
  indexed: number | null;
  lagBlocks: number | null;
  /** Why the last look at the chain failed. */
  lastError: Error | null;
  synced: boolean;
  /** Why the records may lack something. */
  doubt: string | null;
  /** Up to this block the records are proven; of a chain in this process, compared with every header. */
  verifiedTo: number | null;
}
