import type { BaseLogger } from 'pino';
import { crashPoint } from '../../lib/crash-point.ts';
import type { VoucherFate } from '../../store/book/claims.ts';
import type { StoredVoucher, VoucherKey, Vouchers } from '../../store/book/vouchers.ts';
import type { SentTransaction } from '../../store/book.ts';
import { catchUp, type IndexedChain } from '../../store/indexed-chain.ts';
import type { SentCall } from '../../txmgr/confirmation.ts';
import { callOf, type TxManager } from '../../txmgr/tx-manager.ts';
import type { TxCall } from '../../txmgr/types.ts';
import { type ClaimChain, claimData, type MinedClaim, minedClaim } from './claim-chain.ts';
import { type DueDeps, type DueVouchers, dueVouchers } from './due-vouchers.ts';
import { vouchersIn } from './packing.ts';
import type { ClaimBatch } from './plan.ts';
import { type InFlight, keyOf, type SettleDeps, Settling } from './settle.ts';

/** Marks claims in the records of the operator's key. */
export const CLAIM = 'claim';

export interface ClaimingDeps extends Omit<DueDeps, 'book' | 'store' | 'claimer'> {
  store: SettleDeps['store'] & DueDeps['store'];
  book: SettleDeps['book'] & Pick<Vouchers, 'moveVoucher'>;
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

/**
 * Claims vouchers: each is paid once, by the contract; what this adds is that each is sent, in order, before it is too late,
 * through crashes and reorganisations, by however many processes.
 */
export class Claiming {
  readonly #deps: ClaimingDeps;
  readonly #settling: Settling;
  #hasToldOfDelegate = false;

  constructor(deps: ClaimingDeps) {
    this.#deps = deps;
    this.#settling = new Settling(deps);
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
    if (!(await this.settle())) return [];
    const { batches, refused, held } = await this.due(all);
    this.#tellOfDelegate(held.some(({ why }) => why === 'no delegate'));
    await this.#setAside(refused);
    const sent = [];
    for (const batch of batches) {
      const call = await this.#send(batch);
      if (call) sent.push({ batch, call });
    }
    const claimed = [];
    for (const one of sent) claimed.push(await this.#mined(one));
    if (claimed.length > 0) await this.settle();
    return claimed;
  }

  /**
   * Brings the book up to the chain.
   * @param known what is sent and not mined, where that is known; else what was recorded and never sent is sent first.
   * @returns false where the book holds nothing that the chain can decide on.
   */
  async settle(known?: readonly SentTransaction[]): Promise<boolean> {
    const { book, chain, indexed, provider } = this.#deps;
    const vouchers = await book.undecidedVouchers(provider);
    if (vouchers.length === 0 && !(await this.#settling.hasNew())) return false;
    const isSent = vouchers.some(({ state }) => state === 'claiming');
    const unmined = known ?? (isSent ? await this.#unmined() : []);
    const { finalBlock } = await chain.now();
    await catchUp(indexed);
    await this.#settling.run(inFlightIn(unmined), finalBlock);
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

  /** @returns `null` where nothing was left to send. */
  async #send(batch: ClaimBatch): Promise<SentCall | null> {
    const { book, txManager, nowSec } = this.#deps;
    for (const { voucher } of batch.vouchers) {
      await book.moveVoucher(voucher, { from: ['open'], to: 'sealed', nowSec: nowSec() });
    }
    crashPoint('claim.sealed');
    let offered: StoredVoucher[] = [];
    const sent = await txManager.send(CLAIM, async (unmined) => {
      // What was marked before the key was lost to another process is sent, or it is in flight.
      offered = await this.#sendable(batch, unmined, new Set(offered.map(keyOf)));
      if (offered.length === 0) return null;
      await this.#mark(offered, null);
      crashPoint('claim.recorded');
      return { to: batch.contract, data: claimData(offered) } satisfies TxCall;
    });
    if (sent) await this.#mark(offered, sent.hash);
    return sent;
  }

  /** Asked while the key is ours, so that no other process claims the same meanwhile. */
  async #sendable(
    { contract, vouchers }: ClaimBatch,
    unmined: SentTransaction[],
    marked: ReadonlySet<string>,
  ): Promise<StoredVoucher[]> {
    const { book, chain } = this.#deps;
    const inFlight = inFlightIn(unmined);
    const rows = await Promise.all(vouchers.map(({ voucher }) => book.voucher(voucher)));
    const left = rows.filter(
      (row): row is StoredVoucher =>
        row !== null &&
        !inFlight.has(keyOf(row)) &&
        (row.state === 'sealed' || (row.state === 'claiming' && marked.has(keyOf(row)))),
    );
    if (left.length === 0) return [];
    const reasons = (await chain.reasons(contract, left, 'latest')) ?? [];
    return left.filter((_, index) => reasons[index] === 'none');
  }

  async #mark(vouchers: readonly StoredVoucher[], claimTx: string | null): Promise<void> {
    const { book, nowSec } = this.#deps;
    const marks = (['sealed', 'claiming'] as const).flatMap((from) =>
      vouchers.map((voucher) => fate(voucher, { from, to: 'claiming', claimTx })),
    );
    await book.decideVouchers(marks, nowSec());
  }

  async #mined({ batch, call }: { batch: ClaimBatch; call: SentCall }): Promise<ClaimedBatch> {
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
      fate(voucher, { from: voucher.state, to: 'rejected', reason, isFinal: true }),
    );
    await book.decideVouchers(fates, nowSec());
    for (const { voucher, reason } of refused) {
      const { channelId, seq } = voucher;
      log.warn({ channelId, seq, reason }, 'a voucher will not be paid, and is set aside');
    }
  }
}

function fate(
  voucher: VoucherKey,
  change: Pick<VoucherFate, 'from' | 'to'> & Partial<VoucherFate>,
): VoucherFate {
  const { contract, channelId, epoch, seq } = voucher;
  const key = { contract, channelId, epoch, seq };
  return { key, claimTx: null, reason: null, isFinal: false, ...change };
}

/** What transactions hold that are sent and not mined: of each voucher the newest. */
function inFlightIn(unmined: readonly SentTransaction[]): InFlight {
  const found = new Map<string, string>();
  for (const tx of unmined.filter(({ purpose }) => purpose === CLAIM)) {
    const { to, data } = callOf(tx);
    const contract = to?.toLowerCase() ?? '';
    for (const voucher of vouchersIn(data)) found.set(keyOf({ contract, ...voucher }), tx.hash);
  }
  return found;
}
