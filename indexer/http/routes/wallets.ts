import { TAGS } from '../cache/invalidation.ts';
import type { Context } from '../context.ts';
import { type Route, route } from '../routing/route.ts';
import { earningsAnswer, earningsQuery, walletParams } from '../schemas/wallets.ts';

/** What a wallet has earned. */
export function walletRoutes({ store, serializer, cachedResponses }: Context): Route[] {
  const earnings = route('get', '/wallets/{wallet}/earnings', {
    tag: 'Wallets',
    summary: 'Credits and withdrawals by coin, credits by day',
    description:
      'The balance is what the wallet can withdraw from the contract. A page holds `limit` rows of both lists together: coins first, then days, newest first.',
    params: walletParams,
    query: earningsQuery,
    answer: earningsAnswer,
    cache: { responses: cachedResponses, tags: ({ wallet }) => [TAGS.earnings(wallet.toLowerCase())] },
    handle: async ({ params: { wallet }, query }) =>
      serializer.earnings(wallet, await store.earnings(wallet.toLowerCase(), query)),
  });
  return [earnings];
}
