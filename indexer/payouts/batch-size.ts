import type { UnpaidView } from '../contract/packed-views.ts';
import type { BatchLimits } from '../txmgr/batch-limits.ts';

/** What decides how much gas a view takes in a batch. */
type SizedView = Pick<UnpaidView, 'contentId' | 'creator' | 'provider' | 'sponsorNonce'>;

/**
 * Upper bounds of `sponsorViews`, from receipts (test/indexer/payouts/batch-size.test.ts holds them against the
 * contract): every credit counts as the account's first, every nonce word as fresh.
 */
const GAS = {
  transaction: 30_000n,
  record: 3_200n,
  content: 7_000n,
  firstCredit: 22_500n,
  nonceWord: 22_500n,
};
const BYTES = { call: 4 + 5 * 32, content: 6 * 32, record: 53 };
const NONCES_PER_WORD = 256n;

/** What a growing batch needs at most; `add` view by view. */
export class BatchSize {
  gas = GAS.transaction;
  bytes = BYTES.call;
  readonly #seen = new Set<string>();
  #unassigned = 0n;

  /** Whether the batch with `view` added would still fit. */
  holds(view: SizedView, limits: BatchLimits): boolean {
    return (
      this.gas + this.#gasOf(view) <= limits.maxGas && this.bytes + this.#bytesOf(view) <= limits.maxBytes
    );
  }

  add(view: SizedView): void {
    this.gas += this.#gasOf(view);
    this.bytes += this.#bytesOf(view);
    for (const slot of this.#slotsOf(view)) this.#seen.add(slot.key);
    if (view.sponsorNonce === null) this.#unassigned += 1n;
  }

  #gasOf(view: SizedView): bigint {
    return this.#slotsOf(view)
      .filter((slot) => !this.#seen.has(slot.key))
      .reduce((sum, slot) => sum + slot.gas, GAS.record);
  }

  #bytesOf(view: SizedView): number {
    return BYTES.record + (this.#seen.has(contentKey(view)) ? 0 : BYTES.content);
  }

  /** Storage that the contract touches once per batch, however many views share it. */
  #slotsOf(view: SizedView): { key: string; gas: bigint }[] {
    return [
      { key: contentKey(view), gas: GAS.content },
      { key: `credit ${view.creator}`, gas: GAS.firstCredit },
      { key: `credit ${view.provider}`, gas: GAS.firstCredit },
      { key: `word ${this.#wordOf(view)}`, gas: GAS.nonceWord },
    ];
  }

  /** Nonces still to be assigned will follow each other. */
  #wordOf(view: SizedView): string {
    if (view.sponsorNonce !== null) return (view.sponsorNonce / NONCES_PER_WORD).toString();
    return `new ${this.#unassigned / NONCES_PER_WORD}`;
  }
}

function contentKey(view: SizedView): string {
  return `content ${view.contentId}`;
}
