import type { StoredVoucher } from '../../store/book/vouchers.ts';
import type { BatchLimits } from '../../txmgr/batch-limits.ts';
import { HEAD_BYTES, ITEM_BYTES, pricedKey } from './packing.ts';

type Sized = Pick<StoredVoucher, 'items'>;

/**
 * Upper bounds of `claim`, from receipts (test/indexer/playback/claiming/claim-size.test.ts holds them against the
 * contract): the provider's credit counts as its first, and so does that of each content's creator.
 */
const GAS = { transaction: 56_000n, voucher: 14_500n, item: 700n, content: 6_500n, firstCredit: 20_500n };
/** Of the call: its head, and what its bytes are filled up with. */
const BYTES = { call: 4 + 7 * 32, content: 2 * 32 };

/** What a growing batch needs at most; `add` voucher by voucher. */
export class ClaimSize {
  gas = GAS.transaction;
  bytes = BYTES.call;
  readonly #contents = new Set<string>();

  /** Whether the batch with `voucher` added would still fit. */
  holds(voucher: Sized, limits: BatchLimits): boolean {
    const { gas, bytes } = this.#costOf(voucher);
    return this.gas + gas <= limits.maxGas && this.bytes + bytes <= limits.maxBytes;
  }

  add(voucher: Sized): void {
    const { gas, bytes, contents } = this.#costOf(voucher);
    this.gas += gas;
    this.bytes += bytes;
    for (const content of contents) this.#contents.add(content);
  }

  #costOf({ items }: Sized) {
    const contents = [...new Set(items.map(pricedKey))].filter((key) => !this.#contents.has(key));
    const number = BigInt(contents.length);
    return {
      contents,
      gas: GAS.voucher + BigInt(items.length) * GAS.item + number * (GAS.content + GAS.firstCredit),
      bytes: HEAD_BYTES + items.length * ITEM_BYTES + contents.length * BYTES.content,
    };
  }
}

/** Of each voucher of a claim: what the claim would take less without it. */
export function gasOfEach(vouchers: readonly Sized[]): bigint[] {
  const contents = vouchers.map(({ items }) => [...new Set(items.map(pricedKey))]);
  const number = new Map<string, number>();
  for (const key of contents.flat()) number.set(key, (number.get(key) ?? 0) + 1);
  return vouchers.map(({ items }, index) => {
    const own = BigInt((contents[index] ?? []).filter((key) => number.get(key) === 1).length);
    return GAS.voucher + BigInt(items.length) * GAS.item + own * (GAS.content + GAS.firstCredit);
  });
}

/** Of a claim of this voucher alone. */
export function gasAlone(voucher: Sized): bigint {
  const size = new ClaimSize();
  size.add(voucher);
  return size.gas;
}

/** What the voucher adds to a claim that there is anyway, once everybody has credits. */
export function gasAdded({ items }: Sized): bigint {
  const contents = BigInt(new Set(items.map(pricedKey)).size);
  return GAS.voucher + BigInt(items.length) * GAS.item + contents * GAS.content;
}
