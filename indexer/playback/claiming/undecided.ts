import { setImmediate } from 'node:timers/promises';
import type { Claims } from '../../store/book/claims.ts';
import type { StoredVoucher, VoucherKey } from '../../store/book/vouchers.ts';

type Book = Pick<Claims, 'undecidedVouchers'>;

const PAGE = 200;

/** Every voucher that the chain may still decide on, by channel, in rising order. Others have turns between the pages. */
export async function* undecidedOf(book: Book, provider: string): AsyncGenerator<StoredVoucher> {
  for (let after: VoucherKey | undefined; ; ) {
    const page = await book.undecidedVouchers(provider, { limit: PAGE, after });
    yield* page;
    after = page.at(-1);
    if (page.length < PAGE) return;
    await setImmediate();
  }
}

/** It is in no claim that is sent or mined. */
export function isUnsent({ state }: Pick<StoredVoucher, 'state'>): boolean {
  return state === 'open' || state === 'sealed';
}
