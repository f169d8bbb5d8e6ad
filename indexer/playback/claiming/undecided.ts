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

/** Whether the voucher is the only one of its channel. */
export async function isOnlyUndecided(book: Book, voucher: StoredVoucher): Promise<boolean> {
  const { contract, channelId, provider } = voucher;
  const before = { contract, channelId, epoch: -1, seq: -1 };
  const first = await book.undecidedVouchers(provider, { limit: 2, after: before });
  return first.filter((one) => one.contract === contract && one.channelId === channelId).length === 1;
}
