import { crashPoint } from '../../lib/crash-point.ts';
import type { Claims, VoucherFate } from '../../store/book/claims.ts';
import type { StoredVoucher, VoucherKey, Vouchers } from '../../store/book/vouchers.ts';
import type { SentTransaction } from '../../store/book.ts';
import type { ChannelRow } from '../../store/store.ts';
import type { SentCall } from '../../txmgr/confirmation.ts';
import { callOf, type TxManager } from '../../txmgr/tx-manager.ts';
import type { TxCall } from '../../txmgr/types.ts';
import { type ClaimChain, claimData } from './claim-chain.ts';
import { releasesIn, vouchersIn } from './packing.ts';
import type { ClaimBatch } from './plan.ts';
import { type ReleaseDeps, releasedBehind } from './releasing.ts';
import { type InFlight, keyOf } from './settle.ts';

/** Marks claims in the records of the operator's key. */
export const CLAIM = 'claim';

export interface SenderDeps extends ReleaseDeps {
  book: ReleaseDeps['book'] & Pick<Claims, 'decideVouchers'> & Pick<Vouchers, 'voucher' | 'moveVoucher'>;
  chain: ClaimChain;
  txManager: TxManager;
  nowSec(): number;
}

/** Of the withdrawal delay: how long a transaction may take until a deposit can be taken. */
const ROOM_PARTS = 10;

/** Sends claims and releases by the operator's key, each once by all processes that share it. */
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
      const call = await this.#claimCall(batch.contract, offered);
      await this.#mark(offered, null);
      crashPoint('claim.recorded');
      return call;
    });
    if (sent) await this.#mark(offered, sent.hash);
    return sent;
  }

  /** With what is left of deposits behind it, where viewers are leaving. */
  async #claimCall(contract: string, vouchers: readonly StoredVoucher[]): Promise<TxCall> {
    const { chain, txManager } = this.#deps;
    const { headSec } = await chain.now();
    const untilSec = headSec + (await chain.withdrawDelaySec(contract)) / ROOM_PARTS;
    const released = await releasedBehind(this.#deps, vouchers, untilSec);
    const both = { to: contract, data: claimData(vouchers, released) };
    if (released.length > 0 && (await chain.accepts({ ...both, from: txManager.address }))) return both;
    return { to: contract, data: claimData(vouchers) };
  }

  /** @returns `null` where nothing was left to give back. */
  async release(contract: string, channels: readonly ChannelRow[]): Promise<SentCall | null> {
    const { chain, txManager } = this.#deps;
    return await txManager.send(CLAIM, async (unmined) => {
      const underWay = new Set(claimsIn(unmined).flatMap(({ data }) => releasesIn(data)));
      const left = [];
      for (const channel of channels) {
        if (underWay.has(claimData([], [channel]))) continue;
        if (await chain.isLeaving(contract, channel)) left.push(channel);
      }
      return left.length === 0 ? null : { to: contract, data: claimData([], left) };
    });
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
  for (const { contract, data, hash } of claimsIn(unmined)) {
    for (const voucher of vouchersIn(data)) found.set(keyOf({ contract, ...voucher }), hash);
  }
  return found;
}

function claimsIn(unmined: readonly SentTransaction[]) {
  const claims = unmined.filter(({ purpose }) => purpose === CLAIM);
  return claims.map((tx) => {
    const { to, data } = callOf(tx);
    return { contract: to?.toLowerCase() ?? '', data, hash: tx.hash };
  });
}
