import type { Book } from '../../../indexer/store/book.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { describeCatalogue } from './catalogue.suite.ts';
import { describeCatalogueSearch } from './catalogue-search.suite.ts';
import { describeChainRecords } from './chain.suite.ts';
import { describeClaimed } from './claimed.suite.ts';
import { describeContentSecrets } from './content-secrets.suite.ts';
import { describeFeed } from './feed.suite.ts';
import { describeHistory } from './history.suite.ts';
import { describeKeyGrants } from './key-grants.suite.ts';
import { describeLinking } from './linking.suite.ts';
import { describeMediaFacts } from './media-facts.suite.ts';
import { describeOwnKeyRequests } from './own-key-requests.suite.ts';
import { describePackagings } from './packagings.suite.ts';
import { describePlayGrants } from './play-grants.suite.ts';
import { describeResumableUploads } from './resumable.suite.ts';
import { describeServeWishes } from './serve-wishes.suite.ts';
import { describeStagedUploads } from './staging.suite.ts';
import { describeTakedowns } from './takedowns.suite.ts';

/**
 * What every back end of the mirror must do, with a book beside it.
 * @param open both, empty; called before each test, which closes them.
 */
export function describeStores(name: string, open: () => Promise<{ store: Store; book: Book }>): void {
  describe(`Store on ${name}`, () => {
    let store: Store;
    let book: Book;
    beforeEach(async () => {
      ({ store, book } = await open());
    });
    afterEach(async () => {
      await store.close();
      await book.close();
    });

    describeChainRecords(() => store);
    describeCatalogue(() => store);
    describeCatalogueSearch(
      () => store,
      () => book,
    );
    describeClaimed(() => store);
    describeHistory(
      () => store,
      () => book,
    );
    describeLinking(
      () => store,
      () => book,
    );
    describePlayGrants(
      () => store,
      () => book,
    );
    describeStagedUploads(
      () => store,
      () => book,
    );
    describePackagings(
      () => store,
      () => book,
    );
    describeResumableUploads(() => book);
    describeContentSecrets(() => book);
    describeKeyGrants(() => book);
    describeOwnKeyRequests(() => book);
    describeServeWishes(
      () => store,
      () => book,
    );
    describeTakedowns(
      () => store,
      () => book,
    );
    describeMediaFacts(
      () => store,
      () => book,
    );
    describeFeed(
      () => store,
      () => book,
    );
  });
}
