import type { AppDeps } from '../deps.ts';
import { TAGS } from '../freshness.ts';
import { route } from '../route.ts';
import type { Route } from '../routespec.ts';
import { earningsAnswer, walletParams } from '../schemas/wallets.ts';
import type { Shared } from './shared.ts';

/** What a wallet has earned. */
export function walletRoutes({ store }: AppDeps, { present, kept }: Shared): Route[] {
  const earnings = route(
    {
      method: 'get',
      path: '/wallets/{wallet}/earnings',
      tag: 'Wallets',
      summary: 'Credits and withdrawals by coin, credits by day',
      description: 'The balance is what the wallet can withdraw from the contract.',
      params: walletParams,
      answer: earningsAnswer,
      keep: { answers: kept, of: ({ wallet }) => ({ tags: [TAGS.earnings(wallet.toLowerCase())] }) },
    },
    async ({ params: { wallet } }) => present.earnings(wallet, await store.earnings(wallet.toLowerCase())),
  );
  return [earnings];
}
