import type { BookCopy } from '../../../indexer/store/sqlite/book/file/copies.ts';
import { count } from '../plan-text.ts';

/** What a copy of a book is, in words. */
export function copyText({ chain, reports, vouchers, secrets }: BookCopy): string {
  const of = chain === null ? 'a book of no chain yet' : `a book of chain ${chain.chainId}`;
  return `${of}: ${count(secrets, 'secret')}, ${count(vouchers, 'voucher')}, ${count(reports, 'report')}`;
}
