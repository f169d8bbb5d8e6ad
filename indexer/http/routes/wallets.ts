import { splitRoundingProviderDown, sum } from '../../lib/money.ts';
import type { Coin } from '../../publishing/price.ts';
import type { VoucherSum } from '../../store/book/claims.ts';
import type { EarnedPart, EarnedQuery, Earnings, Store } from '../../store/store.ts';
import { TAGS } from '../cache/invalidation.ts';
import type { Context } from '../context.ts';
import { type Route, route } from '../routing/route.ts';
import {
  earnedByContent,
  earnedByProvider,
  earningsAnswer,
  earningsQuery,
  walletParams,
} from '../schemas/wallets.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { coinFields, decimal } from '../serialize/serializer.ts';
import { laterPage } from './stream-page.ts';

/** What a wallet has earned. */
export function walletRoutes(context: Context): Route[] {
  const { store, cachedResponses, provider, providerGate } = context;
  const earnings = route('get', '/wallets/{wallet}/earnings', {
    tag: 'Wallets',
    summary: 'Credits and withdrawals by coin, credits by day',
    description:
      'The balance is what the wallet can withdraw from the contract. A page holds `limit` rows of both lists together: coins first, then days, newest first.',
    params: walletParams,
    query: earningsQuery,
    answer: earningsAnswer,
    cache: {
      responses: cachedResponses,
      tags: ({ wallet }) => [TAGS.earnings(wallet.toLowerCase())],
      // Each sale would show as it is made.
      isPersonal: (asking) => asking.params.wallet === provider?.wallet && providerGate.mayAdmit(asking),
    },
    handle: async ({ params: { wallet }, query, ...asking }) => {
      const earnings = await store.earnings(wallet.toLowerCase(), query);
      const showsUnclaimed =
        query.cursor === undefined && wallet === provider?.wallet && (await providerGate.admits(asking));
      const unclaimed = showsUnclaimed && { unclaimed: await unclaimedFields(context, wallet) };
      return { wallet, ...(await earningsFields(context, earnings)), ...unclaimed };
    },
  });
  return [earnings, ...earnedRoutes(context)];
}

/** The same, by what has brought it in. */
function earnedRoutes({ store, tokens, cachedResponses }: Context): Route[] {
  const shared = {
    tag: 'Wallets',
    params: walletParams,
    query: earningsQuery,
    cache: {
      responses: cachedResponses,
      tags: ({ wallet }: { wallet: string }) => [TAGS.earnings(wallet.toLowerCase())],
    },
  } as const;
  const pageOf = async <Row>(
    query: EarnedQuery,
    shown: (row: EarnedPart, earned: ReturnType<typeof earnedFields>) => Row,
  ) => {
    const { rows, nextCursor } = await store.earnedBy(query);
    const fields = rows.map(async (row) => shown(row, earnedFields(row, await tokens.describe(row.token))));
    return { rows: await Promise.all(fields), next_cursor: nextCursor };
  };
  const byContent = route('get', '/wallets/{wallet}/earnings/contents', {
    ...shared,
    summary: 'What each content has brought the wallet in, as its creator and as a provider of it',
    description: 'By deployment, coin and content. Units are what was paid for: views, minutes or days.',
    answer: earnedByContent,
    handle: async ({ params: { wallet }, query }) => {
      const { rows: contents, next_cursor } = await pageOf(
        { wallet, part: 'content', ...query },
        ({ key, cid, videoName, unit }, earned) => ({
          ...{ content_id: key, cid: cid ?? '', video_name: videoName ?? '', unit: unit ?? 'view' },
          ...earned,
        }),
      );
      return { wallet, contents, next_cursor };
    },
  });
  const byProvider = route('get', '/wallets/{wallet}/earnings/providers', {
    ...shared,
    summary: 'What each provider of its contents has brought a creator in',
    description: "The creator's part alone, by deployment, coin and provider.",
    answer: earnedByProvider,
    handle: async ({ params: { wallet }, query }) => {
      const { rows: providers, next_cursor } = await pageOf(
        { wallet, part: 'provider', ...query },
        ({ key }, earned) => ({ provider_wallet: checksumAddress(key), ...earned }),
      );
      return { wallet, providers, next_cursor };
    },
  });
  return [byContent, byProvider];
}

function earnedFields({ contract, role, amount, units, views }: EarnedPart, coin: Coin) {
  return {
    ...{ contract: checksumAddress(contract), ...coinFields(coin), role },
    ...{ amount: decimal(amount, coin), amount_base_units: String(amount) },
    ...{ units: String(units), payments: String(views) },
  };
}

/** What is signed and not claimed, by coin; what is rejected never will be. */
async function unclaimedFields({ book, store, tokens }: Context, wallet: string) {
  const sums = (await book.unclaimed(wallet)).filter(({ state }) => state !== 'rejected');
  const byCoin = Map.groupBy(sums, ({ contract, token }) => `${contract} ${token}`);
  const rows = [...byCoin.values()].map(async (states) => {
    const [{ contract = '', token = '' } = {}] = states;
    const coin = await tokens.describe(token);
    const amount = sum(states.map(({ total }) => total));
    const own = await providerPart(store, contract, states);
    const vouchers = states.reduce((count, one) => count + one.vouchers, 0);
    return {
      ...{ contract: checksumAddress(contract), ...coinFields(coin) },
      ...{ amount: decimal(amount, coin), amount_base_units: amount.toString(), vouchers },
      ...{ provider_amount: decimal(own, coin), provider_amount_base_units: own.toString() },
    };
  });
  return await Promise.all(rows);
}

/** By the shares in force now, as a claim would split it. */
async function providerPart(
  store: Pick<Store, 'contentById'>,
  contract: string,
  states: readonly VoucherSum[],
): Promise<bigint> {
  const amounts = states.flatMap(({ byContent }) => [...byContent]);
  const parts = amounts.map(async ([contentId, amount]) => {
    const shareBps = (await store.contentById(contract, contentId))?.providerShareBps ?? 0;
    return splitRoundingProviderDown(amount, shareBps).providerAmount;
  });
  return sum(await Promise.all(parts));
}

async function earningsFields({ tokens }: Context, { byToken, byDay, nextCursor }: Earnings) {
  const byCoin = byToken.map(async ({ contract, token, credited, returned, withdrawn }) => {
    const coin = await tokens.describe(token);
    const balance = credited - withdrawn;
    return {
      contract: checksumAddress(contract),
      ...coinFields(coin),
      credited: decimal(credited, coin),
      returned: decimal(returned, coin),
      withdrawn: decimal(withdrawn, coin),
      balance: decimal(balance, coin),
      balance_base_units: balance.toString(),
    };
  });
  const daily = byDay.map(async ({ day, contract, token, role, amount }) => {
    const coin = await tokens.describe(token);
    const at = { contract: checksumAddress(contract), ...coinFields(coin) };
    return { day, ...at, role, amount: decimal(amount, coin) };
  });
  const [by_coin, by_day] = await Promise.all([Promise.all(byCoin), Promise.all(daily)]);
  return { by_coin, by_day, ...laterPage({ nextCursor }) };
}
