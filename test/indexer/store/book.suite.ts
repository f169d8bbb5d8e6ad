import type { Book } from '../../../indexer/store/book.ts';
import { describeClaims } from './claims.suite.ts';
import { describeRelayBudget } from './relay-budget.suite.ts';
import { describeReleases } from './releases.suite.ts';
import { describeSignIns } from './sign-ins.suite.ts';
import { describeStreamHealths } from './stream-health.suite.ts';
import { describeVouchers } from './vouchers.suite.ts';

/**
 * What every back end of the book must do.
 * @param open an empty book; called before each test, which closes it.
 */
export function describeBook(name: string, open: () => Promise<Book>): void {
  describe(`Book on ${name}`, () => {
    let book: Book;
    beforeEach(async () => {
      book = await open();
    });
    afterEach(() => book.close());

    describeRelayBudget(() => book);
    describeSignIns(() => book);
    describeVouchers(() => book);
    describeClaims(() => book);
    describeReleases(() => book);
    describeStreamHealths(() => book);
  });
}
