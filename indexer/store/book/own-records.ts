// What no chain gives back: reports, sent transactions, budgets, sign-ins, tokens to play and takedowns.

/** Views reported off chain. A report is identified by its `ref`; it is one view however often it is sent. */
export interface Reports {
  /** Records a report once. @returns false when the same report was known already. */
  recordReport(report: NewReport): Promise<boolean>;
}

/**
 * What the operator's key has sent or is about to send; shared by all processes that use the key. The lease says
 * who may take the next nonce; a holder that was paused past its time is stopped by `recordSent`.
 */
export interface TxRecords {
  /**
   * Takes the key for `ttlMs` unless another holder's lease is alive; the holder itself prolongs its own.
   * @returns whether `holder` has the key now.
   */
  leaseKey(lease: { holder: string; nowMs: number; ttlMs: number }): Promise<boolean>;
  releaseKey(holder: string): Promise<void>;
  /**
   * Records a signed transaction before it is sent. Several versions of one nonce may stand beside each other
   * (the same call with a higher fee); the chain takes one of them.
   * @returns false, and records nothing, when `holder` no longer holds the key.
   */
  recordSent(tx: SentTransaction, holder: string): Promise<boolean>;
  /** Takes back what a node refused to accept. Does nothing when `holder` no longer holds the key. */
  forgetSent(hash: string, holder: string): Promise<void>;
  /** Recorded transactions that are not final yet, by account and nonce, newest version of a nonce last. */
  unfinishedSent(filter?: { account?: string; purpose?: string }): Promise<SentTransaction[]>;
  /** The chain's finalised state holds every nonce of `account` below `nonce`: their raw form can go. */
  finishSent(account: string, belowNonce: number): Promise<void>;
  /** Every account that has ever recorded a transaction for `purpose` here (the key may have been replaced). */
  senders(purpose: string): Promise<string[]>;
  /**
   * Assigns sponsorship nonces to reports, once: a report keeps its nonce for ever, so it can be paid only once.
   * Above the lower 32 bits, a counter, stand 128 bits of a lane, drawn at random by each process that assigns.
   * @param refs of reports; unknown ones are left out of the answer.
   */
  assignSponsorNonces(refs: string[]): Promise<Map<string, bigint>>;
  /** Those that are assigned. */
  sponsorNonces(refs: string[]): Promise<Map<string, bigint>>;
}

/** How much gas the operator's key has spent on calls of wallets. Kept: a restart must not fill the budget again. */
export interface RelayBudget {
  /**
   * One transaction: counts gas for a day, unless that would take the day's sum, or the wallet's, above its limit.
   * Negative gas gives back what was not needed, and is always counted. Earlier days are forgotten.
   * @returns whose limit is in the way; `null` where it is counted.
   */
  countRelayGas(entry: RelayGas): Promise<'day' | 'wallet' | null>;
}

/** What sign-in must not forget. */
export interface SignIns {
  /** @returns true for the first caller with this nonce, false for every other; remembered well past its end. */
  spendNonce(nonce: string, times: { expiresAtSec: number; nowSec: number }): Promise<boolean>;
  /** @returns the secret of this name: the first one ever offered, the same for all processes. */
  keepSecret(name: string, offered: string): Promise<string>;
}

/** Tokens by which wallets play what they have paid for, and what the wallets signed for them. */
export interface PlayGrants {
  /**
   * One transaction: uses the nonce up and puts the token in the place of the one that the account, or its channel, had for
   * the content.
   * @param tokenHash of the token, which nobody else is to know.
   * @returns false, and changes nothing, where the account has used the nonce before; remembered well past its end.
   */
  grantPlay(tokenHash: string, to: PlayGrant, used: UsedAccess): Promise<boolean>;
  /**
   * Whom the token is of, and what for, also for a while after its end; `null` for one that was replaced or never was.
   */
  playGrant(tokenHash: string): Promise<PlayGrant | null>;
}

/** Addresses in any case. */
export interface PlayGrant {
  account: string;
  /** The channel of the account whose rights the token has, in lower case; `null`: the account's own. */
  channelId: string | null;
  contract: string;
  contentId: string;
  /** The token is good before this second; whether anything is open for its account is another question. */
  untilSec: number;
}

/** The one use of what a wallet has signed. */
export interface UsedAccess {
  nonce: string;
  expiresAtSec: number;
  nowSec: number;
}

/** What the operator has taken off this host. */
export interface Takedowns {
  /** The same again keeps who began it and when; a reason given later takes the place of the one before. */
  takeDown(takedown: Takedown): Promise<void>;
  /** @returns false where it was not taken down. */
  liftTakedown(cidKey: string): Promise<boolean>;
  takedownOf(cidKey: string): Promise<Takedown | null>;
  hasTakedowns(): Promise<boolean>;
  countTakedowns(): Promise<number>;
}

export interface Takedown {
  cidKey: string;
  /** As the operator wrote it. */
  cid: string;
  /** Everybody who asks for the content is told it. */
  reason: string | null;
  /** For the operator's own records alone. */
  takenBy: string;
  takenAtSec: number;
}

export interface NewReport {
  /** keccak256(abi.encode(contentId, viewer, provider, viewTimeSec)), as the contract computes it. */
  ref: string;
  contract: string;
  contentId: string;
  cid: string;
  cidKey: string;
  viewer: string;
  provider: string;
  creator: string;
  token: string;
  price: bigint;
  viewTimeSec: number;
  txHash: string | null;
  receivedAtSec: number;
}

export interface ReportFilter {
  cidKey?: string;
  fromSec?: number;
  toSec?: number;
}

export interface SentTransaction {
  /** Lower case. */
  account: string;
  nonce: number;
  hash: string;
  /** Signed, ready to send again. */
  raw: string;
  /** What for, `sponsor` or `relay`: each purpose finds its own after a crash. */
  purpose: string;
  sentAtMs: number;
}

export interface RelayGas {
  /** YYYY-MM-DD, UTC. */
  day: string;
  /** Any case. */
  wallet: string;
  gas: bigint;
  dayLimit: bigint;
  walletLimit: bigint;
}
