import { crashPoint } from '../../lib/crash-point.ts';
import type { Claims, VoucherFate } from '../../store/book/claims.ts';
import type { StoredVoucher, VoucherKey, Vouchers } from '../../store/book/vouchers.ts';
import type { SentTransaction } from '../../store/book.ts';
import type { SentCall } from '../../txmgr/confirmation.ts';
import { callOf, type TxManager } from '../../txmgr/tx-manager.ts';
import type { TxCall } from '../../txmgr/types.ts';
import { type ClaimChain, claimData } from './claim-chain.ts';
import { vouchersIn } from './packing.ts';
import type { ClaimBatch } from './plan.ts';
import { type InFlight, keyOf } from './settle.ts';

/** Marks claims in the records of the operator's key. */
export const CLAIM = 'claim';

export interface SenderDeps {
  book: Pick<Claims, 'decideVouchers'> & Pick<Vouchers, 'voucher' | 'moveVoucher'>;
  chain: Pick<ClaimChain, 'reasons'>;
  txManager: TxManager;
  nowSec(): number;
}

/** Sends claims by the operator's key, each once by all processes that share it. */
export class ClaimSender {
  readonly #deps: SenderDeps;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** @returns `null` where nothing was left to send. */
  async claim(batch: ClaimBatch): Promise<SentCall | null> {
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
}

export function fate(
  voucher: VoucherKey,
  change: Pick<VoucherFate, 'from' | 'to'> & Partial<VoucherFate>,
): VoucherFate {
  const { contract, channelId, epoch, seq } = voucher;
  const key = { contract, channelId, epoch, seq };
  return { key, claimTx: null, reason: null, isFinal: false, ...change };
}

/** What transactions hold that are sent and not mined: of each voucher the newest. */
export function inFlightIn(unmined: readonly SentTransaction[]): InFlight {
  const found = new Map<string, string>();
  for (const tx of unmined.filter(({ purpose }) => purpose === CLAIM)) {
    const { to, data } = callOf(tx);
    const contract = to?.toLowerCase() ?? '';
    for (const voucher of vouchersIn(data)) found.set(keyOf({ contract, ...voucher }), tx.hash);
  }
  return found;
}
