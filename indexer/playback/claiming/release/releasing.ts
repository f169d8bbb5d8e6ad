import { isError, ZeroAddress } from 'ethers';
import type { BaseLogger } from 'pino';
import type { CallCheck } from '../../../contract/calls/call-status.ts';
import { ContractRevert } from '../../../contract/calls/revert.ts';
import type { HostContract } from '../../../contract/stream-host.ts';
import { crashPoint } from '../../../lib/crash-point.ts';
import type { Release, ReleasedVoucher, Releases } from '../../../store/book/releases.ts';
import type { SentTransaction, TxRecords } from '../../../store/book.ts';
import { catchUp, type IndexedChain } from '../../../store/indexed-chain.ts';
import type { ChannelRow, Channels } from '../../../store/store.ts';
import type { SentCall } from '../../../txmgr/confirmation.ts';
import { callOf, isSameCall, type TxManager } from '../../../txmgr/tx-manager.ts';
import type { TxCall } from '../../../txmgr/types.ts';
import type { ClaimChain } from '../claim-chain.ts';
import type { Claiming } from '../claiming.ts';
import { type ClaimPolicy, isWorth } from '../plan.ts';
import { isUnsent } from '../undecided.ts';
import { type ReadinessFacts, readinessOf } from './readiness.ts';

/** Marks what gives deposits back in the records of the operator's key. */
export const RELEASE = 'release';

export interface ReleasingDeps {
  store: Pick<Channels, 'channel'>;
  book: Releases & Pick<TxRecords, 'unfinishedSent'>;
  chain: Pick<ClaimChain, 'now' | 'held' | 'isNonceUsed'>;
  contract: Pick<HostContract, 'withdrawDelaySec' | 'actsFor'>;
  check: Pick<CallCheck, 'gasOf'>;
  indexed: IndexedChain;
  claiming: Pick<Claiming, 'due' | 'settle'>;
  policy: ClaimPolicy;
  txManager: TxManager;
  /** Whose channels, lower case. */
  provider: string;
  /** Whether another host may sell for them, of whose vouchers this book knows nothing. */
  isSoldElsewhere(): Promise<boolean>;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  nowSec(): number;
}

/** Why nothing is given back: the channel buys again. */
type Objection =
  | 'its epoch is over'
  | 'its streams lead to another host'
  | 'this key is not the delegate of the provider'
  | 'the book has not signed for all that was sold'
  | 'more would be left than one voucher that is dust'
  | 'the contract refuses it'
  | 'its gas is above what was counted'
  | 'its transaction was reverted, or another one has taken its nonce';

/**
 * Gives deposits back at once: each after all that was sold is claimed, once by all processes that share the key. The book refuses
 * to sell from when it is asked, so nothing is lost whatever is mined in which order.
 */
export class Releasing {
  readonly #deps: ReleasingDeps;

  constructor(deps: ReleasingDeps) {
    this.#deps = deps;
  }

  /** One pass, after claims: whatever can go on goes on. @throws the node's errors; the next pass goes on from there. */
  async run(): Promise<void> {
    const { book, indexed, claiming } = this.#deps;
    if ((await book.openReleases()).length === 0) return;
    await catchUp(indexed);
    await claiming.settle();
    const failures: unknown[] = [];
    const sent: { key: Release; call: SentCall }[] = [];
    for (const release of await book.openReleases()) {
      // What keeps one back keeps no other.
      const call = await this.#advance(release).catch((error: unknown) => void failures.push(error));
      if (call) sent.push({ key: release, call });
    }
    for (const { key, call } of sent) {
      const { hash, status } = await call.mined();
      crashPoint('release.mined');
      if (status === 1) this.#tell(key, 'info', { tx: hash }, 'a deposit is given back');
      else this.#tell(key, 'warn', { tx: hash }, 'giving a deposit back was reverted');
      const standing = await book.releaseOf(key);
      if (standing) await this.#follow(standing);
    }
    if (failures.length > 0) throw failures[0];
  }

  async #advance(release: Release): Promise<SentCall | null> {
    const due = release.state === 'asked' ? release : await this.#follow(release);
    return due && (await this.#give(due));
  }

  /** What has become of one that was sent. @returns it, where it never was. */
  async #follow(release: Release): Promise<Release | null> {
    const { book, chain, indexed, store } = this.#deps;
    const tx = await this.#onItsWay(release);
    if (tx) {
      const { account, nonce, hash: txHash } = tx;
      await book.moveRelease(release, { state: 'sent', account, nonce, txHash });
      return null;
    }
    const { finalBlock } = await chain.now();
    await catchUp(indexed);
    const channel = await store.channel(release.contract, release.channelId);
    const { account, nonce, txHash, epoch } = release;
    const isFinal =
      account !== null && nonce !== null && (await chain.isNonceUsed(account, nonce, finalBlock));
    if (channel !== null && channel.epoch > epoch) {
      // Whoever ended it: nothing of ours is on its way. Later ones that have begun and ended meanwhile are over, too.
      await book.moveRelease(release, { state: isFinal ? 'over' : 'mined', epoch: channel.epoch - 1 });
    } else if (txHash === null) {
      const again = { state: 'asked', account: null, nonce: null } as const;
      return (await book.moveRelease(release, again)) ? { ...release, ...again } : null;
    } else if (isFinal) {
      await this.#drop(release, 'its transaction was reverted, or another one has taken its nonce');
    }
    return null;
  }

  /** Sends it, where nothing is left to be claimed. */
  async #give(release: Release): Promise<SentCall | null> {
    const { book, store } = this.#deps;
    const channel = await store.channel(release.contract, release.channelId);
    if (channel?.epoch !== release.epoch) return await this.#drop(release, 'its epoch is over');
    const objection = await this.#objectionTo(release, channel);
    if (objection) return await this.#drop(release, objection);
    const vouchers = await book.vouchersToRelease(release);
    const facts = await this.#factsOf(release, channel, vouchers);
    const readiness = readinessOf(vouchers, facts);
    if (readiness === 'wait') return null;
    if (readiness === 'unknown') {
      return await this.#drop(release, 'the book has not signed for all that was sold');
    }
    if (readiness === 'loss') {
      return await this.#drop(release, 'more would be left than one voucher that is dust');
    }
    return await this.#send(release, channel, facts);
  }

  async #send(release: Release, channel: ChannelRow, facts: ReadinessFacts): Promise<SentCall | null> {
    const { book, chain, txManager } = this.#deps;
    const account = txManager.address.toLowerCase();
    let objection: Objection | null = null;
    const sent = await txManager.send(RELEASE, async (_, nonce) => {
      if (await this.#recorded(release)) return null;
      const { epoch, nextSeq } = await chain.held(channel);
      objection = epoch === release.epoch ? await this.#objectionNow(release, channel) : 'its epoch is over';
      if (objection) return null;
      const isReady = (vouchers: readonly ReleasedVoucher[]) =>
        readinessOf(vouchers, { ...facts, nextSeq }) === 'ready';
      if (!(await book.markReleaseSent(release, { account, nonce }, isReady))) return null;
      crashPoint('release.marked');
      return { to: release.contract, data: release.data, gasLimit: release.gas } satisfies TxCall;
    });
    if (objection) return await this.#drop(release, objection);
    if (sent === null) return null;
    const marked = { ...release, state: 'sent', account, nonce: sent.nonce, txHash: null } as const;
    await book.moveRelease(marked, { txHash: sent.hash });
    crashPoint('release.noted');
    return sent;
  }

  async #objectionTo({ contract: at }: Release, { openedAtSec }: ChannelRow): Promise<Objection | null> {
    const { book, contract, txManager, provider, isSoldElsewhere } = this.#deps;
    if (await isSoldElsewhere()) return 'its streams lead to another host';
    // Since it was asked for, the book may have been put back from a copy.
    if (openedAtSec < (await book.knowsSinceSec())) return 'the book has not signed for all that was sold';
    const acts = await contract.actsFor(at, provider, txManager.address);
    return acts ? null : 'this key is not the delegate of the provider';
  }

  async #objectionNow(release: Release, channel: ChannelRow): Promise<Objection | null> {
    const { check, txManager } = this.#deps;
    const { contract: to, data, gas } = release;
    const objection = await this.#objectionTo(release, channel);
    if (objection) return objection;
    try {
      const needed = await check.gasOf({ from: txManager.address, to, data });
      return needed > gas ? 'its gas is above what was counted' : null;
    } catch (error) {
      if (error instanceof ContractRevert || isError(error, 'CALL_EXCEPTION'))
        return 'the contract refuses it';
      throw error;
    }
  }

  async #factsOf(
    release: Release,
    channel: ChannelRow,
    vouchers: readonly ReleasedVoucher[],
  ): Promise<ReadinessFacts> {
    const { claiming, contract, txManager, policy, nowSec } = this.#deps;
    const account = txManager.address.toLowerCase();
    const always = { epoch: release.epoch, account, nextSeq: channel.nextSeq };
    if (!vouchers.some(isUnsent)) {
      return { ...always, isBelowGas: () => false, isDust: () => false, mayLeave: false };
    }
    const { now, held } = await claiming.due();
    const below = held.filter(({ why }) => why === 'below the gas').map(({ voucher }) => formOf(voucher));
    // In the native coin the price of gas may fall until then.
    const isNative = channel.token === ZeroAddress;
    const delaySec = isNative ? await contract.withdrawDelaySec(release.contract) : 0;
    return {
      ...always,
      isBelowGas: (voucher) => below.includes(formOf(voucher)),
      isDust: (voucher) => !isWorth(voucher, 1n, { gasPrice: now.gasPrice, policy }),
      mayLeave: !isNative || Math.max(now.headSec, nowSec()) >= release.askedAtSec + delaySec,
    };
  }

  /** What is recorded and not mined of it. While the key is ours nobody is about to record it. */
  async #onItsWay(release: Release): Promise<SentTransaction | undefined> {
    let found: SentTransaction | undefined;
    await this.#deps.txManager.send(RELEASE, async () => {
      found = await this.#recorded(release);
      return null;
    });
    return found;
  }

  /** Also what the node refuses for now: it is sent again before anything else is. */
  async #recorded(release: Release): Promise<SentTransaction | undefined> {
    const { book, chain } = this.#deps;
    const unfinished = await book.unfinishedSent({ purpose: RELEASE });
    for (const tx of unfinished.filter((one) => isOf(one, release)).reverse()) {
      if (!(await chain.isNonceUsed(tx.account, tx.nonce, 'latest'))) return tx;
    }
    return undefined;
  }

  async #drop(release: Release, why: Objection): Promise<null> {
    if (await this.#deps.book.moveRelease(release, null)) {
      this.#tell(release, 'warn', { why }, 'a deposit is not given back at once');
    }
    return null;
  }

  #tell({ contract, channelId, epoch }: Release, level: 'info' | 'warn', facts: object, message: string) {
    this.#deps.log[level]({ contract, channelId, epoch, ...facts }, message);
  }
}

/** Whether a transaction gives the deposit of the channel back. */
function isOf(tx: SentTransaction, { contract: to, data }: Release): boolean {
  return isSameCall(callOf(tx), { to, data });
}

/** A voucher as it was signed. */
function formOf({ contract, digest }: Pick<ReleasedVoucher, 'contract' | 'digest'>): string {
  return `${contract} ${digest}`;
}
