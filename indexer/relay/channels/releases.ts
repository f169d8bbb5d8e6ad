import { RelayRefused } from '../../contract/calls/call-errors.ts';
import type { CallCheck } from '../../contract/calls/call-status.ts';
import type { WalletCall } from '../../contract/calls/wallet-calls.ts';
import { keySignature } from '../../contract/signatures.ts';
import type { HostContract } from '../../contract/stream-host.ts';
import { crashPoint } from '../../lib/crash-point.ts';
import { RetryableError } from '../../lib/errors.ts';
import { sum } from '../../lib/money.ts';
import { withTimeout } from '../../lib/with-timeout.ts';
import type { Release, Releases as ReleaseBook, ReleasedVoucher } from '../../store/book/releases.ts';
import { catchUp } from '../../store/indexed-chain.ts';
import type { ChannelRow } from '../../store/store.ts';
import { withRoom } from '../../txmgr/tx-manager.ts';
import type { Reservation } from '../policy.ts';
import { channelIn } from './channel.ts';
import { returnMinimum } from './coins.ts';
import type { ChannelCallDeps } from './deposits.ts';
import { AmountTooSmall, ChannelNotRelayed, ChannelUndone, ChannelUnlisted, OrderRefused } from './errors.ts';
import type { Exits } from './exits.ts';
import { requireMinimum } from './own-channels.ts';
import { type ReleaseOrder, releaseData, releaseDigest } from './release-order.ts';

/** What claims this host's vouchers, and gives deposits back after that. */
export interface Claimer {
  /** Address of its key. */
  readonly key: string;
  /** Looks at once whether something can go on. Never rejects. */
  look(): Promise<void>;
}

export interface ReleaseDeps extends ChannelCallDeps {
  chainId: number;
  book: ReleaseBook;
  check: Pick<CallCheck, 'gasOf' | 'headTimeSec'>;
  contract: Pick<HostContract, 'actsFor'>;
  /** `null` on a host that claims nothing by itself. */
  claimer: Claimer | null;
  exits: Pick<Exits, 'finish'>;
  nowSec(): number;
}

export interface SignedOrder extends ReleaseOrder {
  /** 64 or 65 bytes, of the channel's key. */
  readonly signature: string;
  readonly clientIp: string;
}

/** How far it is: `null` where the rest is back with the viewer. */
export interface Released {
  channel: ChannelRow;
  state: 'claiming' | 'sent' | 'mined' | null;
}

const MAX_AHEAD_SEC = 600;
/** One number comes after another, and each is a claim of its own at the operator's gas. */
const MAX_UNPAID = 4;
/** A caller gets an answer by then; what is taken on goes on all the same. */
const WAIT_MS = 5_000;

/**
 * Deposits that go back at once, on the word of the channel's key alone: it may spend all of the deposit anyway, and what is left
 * goes to the viewer. What was sold is claimed first.
 */
export class Releases {
  readonly #deps: ReleaseDeps;

  constructor(deps: ReleaseDeps) {
    this.#deps = deps;
  }

  /** Whether this host gives deposits back at all. */
  get isOffered(): boolean {
    return this.#deps.claimer !== null;
  }

  /**
   * Takes it on, once, and says how far it is. The same order again is the same release.
   * @throws {ChannelUnlisted}, {ChannelNotRelayed}, {AmountTooSmall}, {OrderRefused}, {RelayRefused}
   */
  async give(order: SignedOrder): Promise<Released> {
    const { turns, claimer, exits } = this.#deps;
    const taken = await turns.run(order.channelId, () => this.#takeOn(order));
    // Nothing is left in the channel: what is the viewer's beside it goes down to the wallet.
    if (taken === 'empty') return { channel: await exits.finish(order, order.clientIp), state: null };
    const late = () => new RetryableError('It goes on.');
    if (claimer !== null && isUnderWay(taken)) {
      await withTimeout(WAIT_MS, claimer.look(), late).catch(() => undefined);
    }
    return await this.#stateOf(order);
  }

  /** @returns what stands in the book; `empty` where the channel holds nothing. */
  async #takeOn(order: SignedOrder): Promise<Release | 'empty'> {
    const { book, chain, chainId } = this.#deps;
    await catchUp(chain);
    const row = await this.#row(order);
    if (row === null) throw new ChannelUnlisted(order);
    const minimum = this.#minimumOf(row);
    if (keySignature(row.authorizer, releaseDigest(order, chainId), order.signature) === null) {
      throw new OrderRefused({ reason: 'invalid', way: wayOf(row) });
    }
    // Nobody would go on with what stands.
    if (this.#deps.claimer === null) throw this.#notRelayed(row, OFF);
    const standing = await book.releaseOf(keyOf(row));
    if (standing !== null && BigInt(standing.epoch) >= order.epoch) return standing;
    if (order.epoch !== BigInt(row.epoch)) {
      throw new OrderRefused({ reason: 'epoch', right: row.epoch, way: wayOf(row) });
    }
    await this.#requireInTime(order, row);
    if (row.deposit === 0n) return 'empty';
    const vouchers = await book.vouchersToRelease(row);
    this.#requireAllShown(order, row, vouchers);
    await this.#requireKnown(row, vouchers);
    if (vouchers.filter(isUnpaid).length > MAX_UNPAID) throw this.#notRelayed(row, MANY);
    await this.#requireWorth(row, vouchers, returnMinimum(minimum));
    return await this.#begin(row, order.clientIp);
  }

  async #begin(row: ChannelRow, clientIp: string): Promise<Release> {
    const { book, check, relay, claimer, nowSec } = this.#deps;
    if (claimer === null || !relay.accepts(row.viewer)) throw this.#notRelayed(row, OFF);
    const data = releaseData(row);
    const gas = withRoom(await check.gasOf({ from: claimer.key, to: row.contract, data }));
    const reserved = await this.#reserve(row, clientIp, gas);
    const { contract, channelId, epoch } = row;
    const release = { contract, channelId, epoch, askedAtSec: nowSec(), data, gas };
    // Another process has been quicker.
    if (!(await book.beginRelease(release))) await reserved.charge(0n);
    crashPoint('release.asked');
    const standing = await book.releaseOf(row);
    if (standing === null) throw new ChannelUndone(channelId);
    return standing;
  }

  async #reserve(row: ChannelRow, clientIp: string, gas: bigint): Promise<Reservation> {
    const answer = await this.#deps.relay.policy.reserve(row.viewer, clientIp, gas);
    if ('charge' in answer) return answer;
    const { spent, retryAfterSec } = answer;
    throw new RelayRefused(spent, { reason: 'budget spent', call: wayOf(row), retryAfterSec });
  }

  #minimumOf(row: ChannelRow): bigint {
    return requireMinimum(this.#deps, row, { fields: ['id', 'id'], way: wayOf(row) });
  }

  async #requireInTime({ deadlineSec }: SignedOrder, row: ChannelRow): Promise<void> {
    const { check, nowSec } = this.#deps;
    const sec = Math.max(nowSec(), await check.headTimeSec());
    if (deadlineSec < BigInt(sec)) throw new OrderRefused({ reason: 'expired', way: wayOf(row) });
    if (deadlineSec > BigInt(sec + MAX_AHEAD_SEC)) {
      throw new OrderRefused({ reason: 'too long', way: wayOf(row) });
    }
  }

  /** A later one may pay for what the viewer has: it is shown as any other, before all that ends. */
  #requireAllShown({ lastSeq }: SignedOrder, row: ChannelRow, vouchers: readonly ReleasedVoucher[]): void {
    const right = vouchers.at(-1)?.seq ?? null;
    if (lastSeq === null || (right !== null && lastSeq <= BigInt(right))) return;
    throw new OrderRefused({ reason: 'voucher', right, way: wayOf(row) });
  }

  /** What is given back can't be claimed any more: whoever may lack a voucher gives nothing back. */
  async #requireKnown(row: ChannelRow, vouchers: readonly ReleasedVoucher[]): Promise<void> {
    const { book, contract, claimer } = this.#deps;
    const isOlder = row.openedAtSec < (await book.knowsSinceSec());
    if (isOlder || vouchers.some(({ signature }) => signature === '')) throw this.#notRelayed(row, UNKNOWN);
    if (claimer !== null && !(await contract.actsFor(row.contract, row.provider, claimer.key))) {
      throw this.#notRelayed(row, OFF);
    }
  }

  async #requireWorth(row: ChannelRow, vouchers: readonly ReleasedVoucher[], minimum: bigint): Promise<void> {
    const unpaid = vouchers.filter(isUnpaid);
    const credit = await this.#deps.head.creditOf(row.contract, channelIn(row));
    const left = row.deposit + credit - sum(unpaid.map(({ total }) => total));
    if (left >= minimum) return;
    const message = `This host pays the gas where ${minimum} base units or more go back: here it is ${left}.`;
    throw new AmountTooSmall(message, { field: 'id', minimum, way: wayOf(row) });
  }

  async #stateOf(order: SignedOrder): Promise<Released> {
    const standing = await this.#deps.book.releaseOf(keyOf(order));
    const channel = await this.#row(order);
    if (channel === null) throw new ChannelUndone(order.channelId);
    if (standing === null || BigInt(standing.epoch) < order.epoch) throw this.#notRelayed(channel, DROPPED);
    const { state } = standing;
    if (state === 'asked') return { channel, state: 'claiming' };
    const isDone = state !== 'sent' && BigInt(channel.epoch) > order.epoch;
    return { channel, state: isDone ? null : state === 'sent' ? 'sent' : 'mined' };
  }

  #notRelayed(row: ChannelRow, message: string): ChannelNotRelayed {
    return new ChannelNotRelayed(message, { field: 'id', way: wayOf(row) });
  }

  #row(which: { contract: string; channelId: string }): Promise<ChannelRow | null> {
    const { contract, channelId } = keyOf(which);
    return this.#deps.store.channel(contract, channelId);
  }
}

const OFF = 'This host gives no deposit back at once.';
const UNKNOWN =
  'This host does not know all that was sold for this deposit, so it can not give it back at once.';
const MANY =
  'More vouchers of this deposit are to be claimed than this host claims at once: ask for the deposit by the wallet.';
const DROPPED = 'The deposit could not be given back at once.';

function isUnpaid({ state }: ReleasedVoucher): boolean {
  return state === 'open' || state === 'sealed' || state === 'claiming';
}

function isUnderWay({ state }: Release): boolean {
  return state === 'asked' || state === 'sent';
}

function keyOf({ contract, channelId }: { contract: string; channelId: string }) {
  return { contract: contract.toLowerCase(), channelId };
}

/** How the viewer leaves by itself. */
function wayOf({ contract, viewer: account, provider, token, authorizer, salt }: ChannelRow): WalletCall {
  return { name: 'initiateWithdraw', args: { provider, token, authorizer, salt }, account, contract };
}
