import type { Store } from '../../../indexer/store/store.ts';
import { describeCatalogue } from './catalogue.suite.ts';
import { describeChainRecords } from './chain.suite.ts';
import { describeClaimed } from './claimed.suite.ts';
import { describeFeed } from './feed.suite.ts';
import { describeHistory } from './history.suite.ts';
import { describeLinking } from './linking.suite.ts';
import { describeMediaFacts } from './media-facts.suite.ts';
import { describePackagings } from './packagings.suite.ts';
import { describePlayGrants } from './play-grants.suite.ts';
import { describeRelayBudget } from './relay-budget.suite.ts';
import { describeServeWishes } from './serve-wishes.suite.ts';
import { describeSignIns } from './sign-ins.suite.ts';
import { describeStagedUploads } from './staging.suite.ts';
import { describeTakedowns } from './takedowns.suite.ts';

/**
 * What every back end of the store must do.
 * @param open an empty store; called before each test, which closes it.
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`Store on ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    describeChainRecords(() => store);
    describeCatalogue(() => store);
    describeClaimed(() => store);
    describeHistory(() => store);
    describeLinking(() => store);
    describeRelayBudget(() => store);
    describeSignIns(() => store);
    describePlayGrants(() => store);
    describeStagedUploads(() => store);
    describePackagings(() => store);
    describeServeWishes(() => store);
    describeTakedowns(() => store);
    describeMediaFacts(() => store);
    describeFeed(() => store);
  });
}
