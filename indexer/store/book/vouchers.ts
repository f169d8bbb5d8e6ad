// What viewers have signed for, and what they have got for it: no chain gives it back.

/** Of one voucher: a channel signs under each number once, and again as it grows. */
export interface VoucherKey {
  contract: string;
  channelId: string;
  epoch: number;
  seq: number;
}

export interface VoucherItem {
  contentId: string;
  units: number;
  /** Base units. */
  unitPrice: bigint;
}

/** As signed: the newest of its number. Hex is in lower case. */
export interface Voucher extends VoucherKey {
  provider: string;
  token: string;
  /** In the order signed. */
  items: readonly VoucherItem[];
  /** Sum of units × price. */
  total: bigint;
  /** 65 bytes: r, s, v. */
  signature: string;
  /** What the signature signs. */
  digest: string;
}

/**
 * `open`: it may still grow. `sealed`: the next one starts empty under a higher number. Then `claiming`, and `claimed` or
 * `rejected`; back to `sealed` where a reorganisation undoes that. `void`: the epoch is over.
 */
export type VoucherState = 'open' | 'sealed' | 'claiming' | 'claimed' | 'rejected' | 'void';

export interface StoredVoucher extends Voucher {
  state: VoucherState;
  openedAtSec: number;
  updatedAtSec: number;
  claimTx: string | null;
  reason: string | null;
  /** It was sent to the chain once, where everybody reads it: that somebody shows it proves nothing any more. */
  isPublic: boolean;
  /** The chain has paid more of it than was signed for here: where that is undone, it is again as it was. */
  hasLesser: boolean;
}

/** A unit that was bought, and is or was open for who has bought it. */
export interface Opening {
  /** Who has paid it: {@link channelScope}, {@link walletScope}. */
  scope: string;
  contract: string;
  contentId: string;
  cid: string;
  /** -1: all of the content. */
  unit: number;
  /** For whom. */
  wallet: string;
  openedAtSec: number;
  /** The first second in which it is closed. */
  untilSec: number;
}

/** What is opened goes to the next free slot of its scope and content, however many processes sell at a time. */
export interface Openings {
  /** Of the wallet, whoever sold them to it: what is open at `nowSec` of a content. */
  openFor(wallet: string, of: { contract: string; contentId: string; nowSec: number }): Promise<Opening[]>;
}

export interface Vouchers extends Openings {
  /**
   * One transaction: shows what the book holds, and writes what `judge` makes of it. Requests that come at a time share a
   * commit, each judged in order over what those before it have written. What is answered is on the disk.
   * @param judge pure: it may be called again. What it throws is thrown, and nothing is written for it.
   */
  sell<T>(of: SaleQuery, judge: (page: BookPage) => Sale<T>): Promise<T>;
  voucher(key: VoucherKey): Promise<StoredVoucher | null>;
  /**
   * Of a provider, in any case, those in these states: the longest unchanged first. Only so many, after the key where one
   * is given.
   */
  vouchersIn(query: VoucherQuery): Promise<StoredVoucher[]>;
  /** @returns false, and changes nothing, where it is not in any of these states (any more). */
  moveVoucher(key: VoucherKey, move: VoucherMove): Promise<boolean>;
}

/** What is sold, and for which voucher. */
export interface SaleQuery {
  /** The voucher that is shown; `null` for what was paid on chain. */
  voucher: VoucherKey | null;
  /** Who has paid. */
  scope: string;
  contentId: string;
  /** What is asked for; undefined: all that was opened matters. */
  units?: readonly number[] | undefined;
  nowSec: number;
}

export interface BookPage {
  /**
   * Of the channel's epoch, by number: the one with the number shown, those that are not settled, and those that list the
   * content.
   */
  vouchers: readonly StoredVoucher[];
  /** Its deposit is given back: nothing new is sold for it. */
  isReleased: boolean;
  /** The highest number of the epoch. */
  lastSeq: number | null;
  /**
   * What the scope has open of the content at `nowSec`, or opened less than a day before; the oldest first. Where units are
   * asked for, of these, and of all the content.
   */
  openings: readonly Opening[];
  /** How many units of the content the scope has bought, ever. */
  bought: number;
}

export interface Sale<T> {
  answer: T;
  /** The open voucher ends: what is stored has another number. */
  seals?: boolean | undefined;
  /** Becomes the open one, in the place of the one with its number; what is left of earlier epochs is void. */
  voucher?: Voucher | undefined;
  opens?: readonly Opening[] | undefined;
}

export interface VoucherQuery {
  provider: string;
  states: readonly VoucherState[];
  limit: number;
}

export interface VoucherMove {
  from: readonly VoucherState[];
  to: Exclude<VoucherState, 'open'>;
  nowSec: number;
  claimTx?: string | null | undefined;
  reason?: string | null | undefined;
}

/** The scope of what a channel buys in an epoch. Hex in lower case. */
export function channelScope(channel: Omit<VoucherKey, 'seq'>): string {
  return `${channelScopes(channel)}${channel.epoch}`;
}

/** How the scopes of all epochs of a channel begin. */
export function channelScopes({ contract, channelId }: Pick<VoucherKey, 'contract' | 'channelId'>): string {
  return `${contract}:${channelId}:`;
}

/**
 * The scope of what a wallet pays itself, on chain: all its payments together, since a reorganisation may give them other
 * places in the chain.
 */
export function walletScope(contract: string, wallet: string): string {
  return `view:${contract}:${wallet}`.toLowerCase();
}
