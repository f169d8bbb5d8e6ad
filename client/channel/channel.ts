import type { Signer } from 'ethers';
import { ClientError } from '../errors.ts';
import { exclusively } from '../lock.ts';
import {
  type ChannelRecord,
  type Parties,
  readRecord,
  recordKey,
  writeRecord,
} from '../money/channel-record.ts';
import { awaitedOf, claimedUpTo, emptyLedger, spentOf, unclaimedOf } from '../money/ledger.ts';
import { patiently } from '../patience.ts';
import type { ClientStorage } from '../storage.ts';
import { depositByRelay, depositByWallet } from './deposit.ts';
import { type ChannelFacts, channelFacts, type FactsSource } from './facts.ts';
import { collectByWallet, leaveByKey, leaveByRelay, leaveByWallet, type Release } from './leaving.ts';
import { collectByRelay, type Relay } from './relay.ts';

/** What there is in a channel. Base units. */
export interface Balance {
  /** What vouchers can still take. */
  deposit: bigint;
  /** What vouchers have taken, or can still take, since it was opened or last given back. */
  spent: bigint;
  /** Of that, what no voucher has taken and no key has come for yet: the seller may take it all the same. */
  awaited: bigint;
  /** What is left of the deposit when all that was signed is claimed. */
  left: bigint;
  /** What may be signed for in all. */
  limit: bigint;
  /** Unix time from which the rest can be taken back; `null` where nobody has asked. */
  withdrawableAtSec: number | null;
}

/** How a call of the viewer gets to the chain: by its wallet's transaction, or signed by it and sent by a host. */
export interface Way {
  wallet: Signer;
  relay?: Relay | undefined;
}

const PATIENCE_MS = 30_000;

/** A record while nobody else works with it. */
export interface OpenRecord {
  readonly record: ChannelRecord;
  /** Answers when it is stored. */
  write(record: ChannelRecord): Promise<void>;
  /** Asks what the chain holds. @returns whether that changes the record. */
  catchUp(): Promise<boolean>;
  /**
   * To be called before anything new is promised: the first time it asks the chain.
   * @throws {ClientError} withdrawal_pending: the rest is asked for, and the seller could claim a promise without giving its key
   */
  requireStaying(): Promise<void>;
}

/** A deposit for one provider, and the key of this device that signs for it. */
export class Channel {
  readonly parties: Parties;
  readonly id: string;
  readonly viewer: string;
  readonly #storage: ClientStorage;
  readonly #facts: FactsSource;
  /** The stored record may be of a time before the rest was asked for. */
  #wasAsked = false;

  constructor({ storage, facts }: { storage: ClientStorage; facts: FactsSource }, record: ChannelRecord) {
    const { chainId, contract, provider, token } = record;
    this.parties = { chainId, contract, provider, token };
    this.id = record.channelId;
    this.viewer = record.viewer;
    this.#storage = storage;
    this.#facts = facts;
  }

  /** One work at a time, in a browser over all its tabs, with what was stored last. */
  async exclusively<T>(work: (open: OpenRecord) => Promise<T>): Promise<T> {
    return await exclusively(recordKey(this.parties), async () => {
      let record = await this.#read();
      const write = async (next: ChannelRecord) => {
        await writeRecord(this.#storage, next);
        record = next;
      };
      const catchUp = async () => {
        const next = caughtUp(record, await channelFacts(record, this.#facts));
        this.#wasAsked = true;
        const isNew = next !== record;
        if (isNew) await write(next);
        return isNew;
      };
      const requireStaying = async () => {
        if (!this.#wasAsked) await catchUp();
        if (record.isLeaving) {
          throw new ClientError('withdrawal_pending', 'The rest is asked for: nothing more is signed.');
        }
      };
      return await work({
        get record() {
          return record;
        },
        ...{ write, catchUp, requireStaying },
      });
    });
  }

  /** Whether something may be signed for; as it was when the chain was asked last. */
  async isFunded(): Promise<boolean> {
    return (await this.#read()).limit > 0n;
  }

  /** Whether the rest is asked for, so that nothing more is signed; as it was when the chain was asked last. */
  async isLeaving(): Promise<boolean> {
    return (await this.#read()).isLeaving ?? false;
  }

  /** Asks what the chain holds, and forgets what it has claimed. @throws {ClientError} seller_unreachable */
  async balance(): Promise<Balance> {
    const facts = await channelFacts(await this.#read(), this.#facts);
    return await this.exclusively(async ({ record, write }) => {
      const next = caughtUp(record, facts);
      this.#wasAsked = true;
      if (next !== record) await write(next);
      const { deposit, claimed, nextSeq, withdrawableAtSec } = facts;
      const { ledger, limit, claimedBefore = ledger.epoch === 1 ? 0n : undefined } = next;
      const unclaimed = unclaimedOf(ledger, nextSeq);
      const left = deposit > unclaimed ? deposit - unclaimed : 0n;
      // Under a number that is claimed less may be taken than was signed, and never the difference.
      const isTold = claimed !== undefined && claimedBefore !== undefined;
      const spent = isTold ? claimed - claimedBefore + unclaimed : spentOf(ledger);
      return { deposit, spent, awaited: awaitedOf(ledger, nextSeq), left, limit, withdrawableAtSec };
    });
  }

  /**
   * Adds base units to the deposit, and as much to what may be spent. By the viewer it ends a withdrawal. Answers when
   * the facts show it, which the seller reads too.
   * @throws {ClientError} viewer_differs, and what the way throws
   */
  async topUp(amount: bigint, way: Way): Promise<void> {
    // What the chain has given back meanwhile ends what could be spent before, not what comes now.
    const { deposit } = await this.balance();
    await deposited(way, await this.#read(way.wallet), amount);
    await patiently(PATIENCE_MS, async () => {
      if ((await this.balance()).deposit !== deposit) return;
      throw new ClientError('deposit_unconfirmed', 'The deposit is not there yet.', { retryable: true });
    });
    await this.exclusively(({ record, write }) => write({ ...record, limit: record.limit + amount }));
  }

  /**
   * Asks for the rest of the deposit: {@link collect} it after the delay. Nothing more is bought.
   * @throws {ClientError} viewer_differs
   */
  async close({ wallet, relay }: Way): Promise<void> {
    const left = await this.#read(wallet);
    await (relay ? leaveByRelay(wallet, left, relay) : leaveByWallet(wallet, left));
    await this.exclusively(({ record, write }) => write({ ...record, isLeaving: true }));
  }

  /**
   * Brings back at once what is left, on the word of this device's key: no wallet is asked. What is signed is claimed before,
   * and nothing more is bought. Answers when it is back; asked again it goes on.
   * @param onState called while it is waited for
   * @param limitMs how long it is waited for, ten minutes by default
   * @throws {SellerRefused} voucher_missing, deposit_too_small, relay_budget and so on are its `problem`
   * @throws {ClientError} release_pending where it is not back by then
   */
  async release(relay: Relay, onState?: (state: Release) => void, limitMs?: number): Promise<void> {
    await this.balance();
    await leaveByKey(await this.#read(), relay, onState, limitMs);
    await this.balance();
  }

  /** Brings back what is left: after the delay of {@link close}, or once the provider has released it. */
  async collect(way: { wallet: Signer } | { relay: Relay }): Promise<void> {
    if ('relay' in way) {
      return await collectByRelay(way.relay, { channelId: this.id, contract: this.parties.contract });
    }
    const record = await this.#read(way.wallet);
    const { withdrawableAtSec } = await channelFacts(record, this.#facts);
    await collectByWallet(way.wallet, record, withdrawableAtSec !== null);
  }

  /** @param by what another wallet puts in, or asks for, would go to the viewer, or be refused. */
  async #read(by?: Signer): Promise<ChannelRecord> {
    if (by && (await by.getAddress()).toLowerCase() !== this.viewer) {
      throw new ClientError('viewer_differs', `The deposit is of ${this.viewer}.`);
    }
    const record = await readRecord(this.#storage, this.parties, this.viewer);
    if (record?.channelId === this.id) return record;
    throw new ClientError('channel_missing', 'The channel is not stored here any more.');
  }
}

/** A record as the chain has it: an epoch ends with the deposit, and with it all that was signed. */
export function caughtUp(record: ChannelRecord, facts: ChannelFacts): ChannelRecord {
  const { epoch, nextSeq, claimed, withdrawableAtSec } = facts;
  const { ledger } = record;
  const isLeaving = withdrawableAtSec !== null;
  if (epoch > ledger.epoch) {
    const ended = { signature: null, limit: 0n, claimedBefore: claimed };
    return { ...record, ...ended, isLeaving, ledger: emptyLedger(epoch, nextSeq) };
  }
  const next = claimedUpTo(ledger, nextSeq);
  const isSame = next.seq === ledger.seq && next.earlier.length === ledger.earlier.length;
  if (isSame && isLeaving === (record.isLeaving ?? false)) return record;
  const signature = next.seq === ledger.seq ? record.signature : null;
  return { ...record, isLeaving, ledger: next, signature };
}

export async function deposited(
  { wallet, relay }: Way,
  record: ChannelRecord,
  amount: bigint,
): Promise<void> {
  await (relay ? depositByRelay(wallet, record, amount, relay) : depositByWallet(wallet, record, amount));
}
