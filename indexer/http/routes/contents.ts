import { ZeroAddress } from 'ethers';
import type { z } from 'zod';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import { ContentUnlisted } from '../../publishing/errors.ts';
import { amountInBaseUnits, type Coin, MAX_PRICE_PER_UNIT } from '../../publishing/price.ts';
import type { ContentQuery } from '../../store/store.ts';
import { TAGS } from '../cache/invalidation.ts';
import type { Context } from '../context.ts';
import { type Route, route } from '../routing/route.ts';
import {
  cidParams,
  contentListings,
  contentsPage,
  contentsQuery,
  listingsQuery,
} from '../schemas/contents.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { laterPage } from './stream-page.ts';

/** The catalogue. */
export function contentRoutes(context: Context): Route[] {
  const { store, book, serializer, cachedResponses, nowSec } = context;
  const search = route('get', '/contents', {
    tag: 'Contents',
    summary: 'The catalogue: searched, filtered, and in an order',
    query: contentsQuery,
    answer: contentsPage,
    problems: ['price_decimals', 'bad_token'],
    cache: {
      responses: cachedResponses,
      tags: () => [TAGS.contents],
      untilSec: ({ contents }, query) => (dependsOnTerms(query) ? undefined : nextTermsSec(contents)),
    },
    handle: async ({ query }) => {
      const page = await store.searchContents(await contentQuery(context, query));
      const contents = await Promise.all(page.rows.map((row) => serializer.listed(row)));
      return { contents, next_cursor: page.nextCursor };
    },
  });
  const listings = route('get', '/contents/{cid}', {
    tag: 'Contents',
    summary: 'The listings of one content, latest publication first: one for each creator and coin',
    params: cidParams,
    query: listingsQuery,
    answer: contentListings,
    problems: ['unknown_content', 'taken_down'],
    cache: {
      responses: cachedResponses,
      tags: ({ cid }) => [TAGS.content(cid.key)],
      untilSec: ({ contents }) => nextTermsSec(contents),
    },
    handle: async ({ params: { cid }, query }) => {
      await requireNotTakenDown(book, cid.key);
      const page = await store.searchContents({ nowSec: nowSec(), cidKey: cid.key, ...query });
      if (page.rows.length === 0 && query.cursor === undefined) throw new ContentUnlisted(cid.text, query);
      const contents = await Promise.all(page.rows.map((row) => serializer.listed(row)));
      const first = await store.firstListing(cid.key);
      return { contents, first: first && listingId(first), ...laterPage(page) };
    },
  });
  return [search, listings];
}

function listingId({ contract, contentId }: { contract: string; contentId: string }) {
  return { content_id: contentId, contract: checksumAddress(contract) };
}

/** Terms take effect by time alone: when the first of what is announced does. */
function nextTermsSec(contents: z.input<typeof contentsPage>['contents']): number {
  const announced = contents.flatMap(({ scheduled }) => scheduled?.effective_at ?? []);
  return Math.min(...announced.map((time) => Date.parse(time) / 1000));
}

/** Whether terms of contents that are not shown make a difference. */
function dependsOnTerms({ min_price, max_price, free, unit, sort }: z.output<typeof contentsQuery>): boolean {
  return [min_price, max_price, free, unit].some((given) => given !== undefined) || sort === 'price';
}

/** Prices are compared within one coin: that of `token`, else the native one. */
async function contentQuery(
  { tokens, nowSec }: Context,
  query: z.output<typeof contentsQuery>,
): Promise<ContentQuery> {
  const { search, q, sort, creator, cid, unit, min_price, max_price, limit, cursor } = query;
  const priced = min_price !== undefined || max_price !== undefined;
  const token = query.token ?? (priced ? ZeroAddress : undefined);
  const coin = await tokens.describe(token ?? ZeroAddress);
  return {
    nowSec: nowSec(),
    isShown: true,
    limit,
    cidKey: cid?.key,
    isServed: query.served,
    isFree: query.free,
    ...{ search, q, sort, creator, unit, token, cursor },
    minPrice: min_price === undefined ? undefined : bound(min_price, coin),
    maxPrice: max_price === undefined ? undefined : bound(max_price, coin),
  };
}

/** No price is above this, so it stands for all that is more. */
function bound(amount: string | number, coin: Coin): bigint {
  const units = amountInBaseUnits(amount, coin);
  return units > MAX_PRICE_PER_UNIT ? MAX_PRICE_PER_UNIT + 1n : units;
}
