import type { BaseLogger } from 'pino';
import { crashPoint } from '../../lib/crash-point.ts';
import type { Vouchers } from '../../store/book/vouchers.ts';
import type { SentTransaction } from '../../store/book.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { SentCall } from '../../txmgr/confirmation.ts';
import type { TxManager } from '../../txmgr/tx-manager.ts';
import { type ClaimChain, type MinedClaim, minedClaim } from './claim-chain.ts';
import { CLAIM, ClaimSender, fate, inFlightIn } from './claim-sender.ts';
import { type DueDeps, type DueVouchers, dueVouchers } from './due-vouchers.ts';
import type { ClaimBatch } from './plan.ts';
import { type SettleDeps, Settling } from './settle.ts';

export interface ClaimingDeps extends Omit<DueDeps, 'book' | 'store' | 'claimer'> {
  store: SettleDeps['store'] & DueDeps['store'];
  book: SettleDeps['book'] & Pick<Vouchers, 'moveVoucher' | 'vouchersIn'> & DueDeps['book'];
  chain: ClaimChain;
  /** How far the records follow it. */
  indexed: IndexedChain;
  txManager: TxManager;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

/** What one transaction has claimed. */
export interface ClaimedBatch extends MinedClaim {
  batch: ClaimBatch;
  txHash: string;
  /** Wei. */
  gasCost: bigint;
}

const ALL = Number.MAX_SAFE_INTEGER;

interface SentBatch {
  batch: ClaimBatch;
  call: SentCall;
}

/**
 * Claims vouchers: each is paid once, by the contract; what this adds is that each is sent, in order, before it is too late,
 * through crashes and reorganisations, by however many processes.
 */
export class Claiming {
  readonly #deps: ClaimingDeps;
  readonly #settling: Settling;
  readonly #sender: ClaimSender;
  #hasToldOfDelegate = false;

  constructor(deps: ClaimingDeps) {
    this.#deps = deps;
    this.#settling = new Settling(deps);
    this.#sender = new ClaimSender(deps);
  }

  /** What is due now. Sends nothing. */
  async due(all = false): Promise<DueVouchers> {
    return await dueVouchers({ ...this.#deps, claimer: this.#deps.txManager.address }, all);
  }

  /**
   * One pass: the book is brought up to the chain, what is due is sent, and seen through.
   * @throws {KeyBusy}, {StillPending}, {NotIndexedInTime} and the node's errors; the next pass goes on from there.
   */
  async run(all = false): Promise<ClaimedBatch[]> {
    const { log } = this.#deps;
    const batches = (await this.settle()) ? await this.#dueBatches(all) : [];
    const sent: SentBatch[] = [];
    const failures: unknown[] = [];
    for (const batch of batches) {
      // What keeps one from being sent keeps no other.
      const call = await this.#sender.claim(batch).catch((error: unknown) => {
        failures.push(error);
        const { contract, token, vouchers } = batch;
        log.warn({ err: error, contract, token, vouchers: vouchers.length }, 'a claim was not sent');
      });
      if (call) sent.push({ batch, call });
    }
    const mined = [];
    for (const one of sent) mined.push(await this.#mined(one));
    if (mined.length > 0) await this.settle();
    if (failures.length > 0) throw failures[0];
    return mined;
  }

  async #dueBatches(all: boolean): Promise<ClaimBatch[]> {
    const { batches, refused, held } = await this.due(all);
    this.#tellOfDelegate(held.some(({ why }) => why === 'no delegate'));
    await this.#setAside(refused);
    return batches;
  }

  /**
   * Brings the book up to the chain.
   * @param known tells what is sent and not mined; else what was recorded and never sent is sent first.
   * @returns false where the book holds nothing that the chain can decide on.
   */
  async settle(known?: () => Promise<readonly SentTransaction[]>): Promise<boolean> {
    const { book, chain, indexed, provider } = this.#deps;
    const [any] = await book.undecidedVouchers(provider, { limit: 1 });
    if (any === undefined && !(await this.#settling.hasNew())) return false;
    const marked = await book.vouchersIn({ provider, states: ['claiming'], limit: ALL });
    const unmined = known ? await known() : marked.length > 0 ? await this.#unmined() : [];
    const { finalBlock } = await chain.now();
    await catchUp(indexed);
    await this.#settling.run({ inFlight: inFlightIn(unmined), finalBlock, marked });
    return true;
  }

  /** What is sent and not mined, once what was recorded and never sent is sent, too. */
  async #unmined(): Promise<SentTransaction[]> {
    let unmined: SentTransaction[] = [];
    // While the key is ours nobody is about to record a claim.
    await this.#deps.txManager.send(CLAIM, async (found) => {
      unmined = found;
      return null;
    });
    return unmined;
  }

  async #mined({ batch, call }: SentBatch): Promise<ClaimedBatch> {
    const { log } = this.#deps;
    const receipt = await call.mined();
    crashPoint('claim.mined');
    const mined = minedClaim(receipt);
    const { contract, token } = batch;
    const [claimed, rejected] = [mined.claimed.length, mined.rejected.length];
    log.info({ contract, token, claimed, rejected, tx: receipt.hash }, 'vouchers are claimed');
    if (receipt.status !== 1) log.warn({ tx: receipt.hash }, 'a claim was reverted');
    return { batch, txHash: receipt.hash, gasCost: receipt.fee, ...mined };
  }

  /** Once, for as long as it is so. */
  #tellOfDelegate(isMissing: boolean): void {
    if (isMissing && !this.#hasToldOfDelegate) {
      const { log, provider, txManager } = this.#deps;
      log.warn(
        { provider, key: txManager.address },
        "vouchers are due and not claimed: the provider's wallet has not named this host's key its delegate (npm run provide -- --setup)",
      );
    }
    this.#hasToldOfDelegate = isMissing;
  }

  async #setAside(refused: DueVouchers['refused']): Promise<void> {
    const { book, log, nowSec } = this.#deps;
    if (refused.length === 0) return;
    const fates = refused.map(({ voucher, reason }) =>
      fate(voucher, {
        ...{ from: voucher.state, to: 'rejected', reason, isFinal: true },
        digest: voucher.digest,
      }),
    );
    await book.decideVouchers(fates, nowSec());
    for (const { voucher, reason } of refused) {
      const { channelId, seq } = voucher;
      if ((await book.voucher(voucher))?.state !== 'rejected') continue;
      log.warn({ channelId, seq, reason }, 'a voucher will not be paid, and is set aside');
    }
  }
}
