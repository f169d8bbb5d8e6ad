import { z } from 'zod';
import { PriceDiffers, type RecordedView, recordView } from '../../payouts/report-view.ts';
import { findListing } from '../../publishing/find-listing.ts';
import { priceInBaseUnits } from '../../publishing/price.ts';
import type { ViewQuery } from '../../store/store.ts';
import { TAGS } from '../cache/invalidation.ts';
import { keysIn, writeRecords } from '../cache/records-page.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cid, creator, provider, viewer } from '../schemas/fields/fields.ts';
import {
  recordsOfCidQuery,
  recordsOfViewerQuery,
  recordsPage,
  recordsQuery,
  viewReport,
  viewReportAnswer,
} from '../schemas/records.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { nextLink } from '../serialize/next-link.ts';
import { decimal } from '../serialize/serializer.ts';

const DAY_SEC = 86_400;

/** Views: reporting them and their history. */
export function recordRoutes(context: Context): Route[] {
  const report = route('post', '/api/record-view', {
    tag: 'Views',
    summary: 'Reports a view',
    description:
      'The same report again is the same view: reports of the same wallets, content and second are one, and `repeated` says so. A time without a zone is taken as UTC. A report of a view that was paid on chain links to that payment and is never paid again; the others can be paid by the operator. Off the development chain the viewer has to be signed in.',
    session: !context.config.unsigned,
    body: viewReport,
    answer: viewReportAnswer,
    problems: [
      'price_decimals',
      'price_too_large',
      'unknown_content',
      'price_differs',
      'not_served_by',
      'ambiguous_listing',
      'timestamp_in_future',
    ],
    handle: async ({ body, req }) => {
      if (!context.config.unsigned)
        await context.gate.sessionOf(req, body.blockchain_address, 'blockchain_address');
      const { isNew, linkedTo } = await reportView(context, body);
      context.feedReader.poll();
      return {
        message: 'View recorded successfully.',
        cid: body.cid.text,
        creator_wallet: body.creator_wallet,
        settled: linkedTo !== null,
        timestamp: isoTime(body.timestamp),
        repeated: !isNew,
        linked_to: linkedTo,
      };
    },
  });
  return [
    report,
    history(context, 'cid', z.strictObject({ cid }), recordsOfCidQuery, ({ cid }) => cid.key),
    history(context, 'provider', z.strictObject({ wallet: provider }), recordsQuery, walletKey),
    history(context, 'viewer', z.strictObject({ wallet: viewer }), recordsOfViewerQuery, walletKey),
    history(context, 'creator', z.strictObject({ wallet: creator }), recordsQuery, walletKey),
  ];
}

/**
 * Records the view that a client reports.
 * @throws {HttpProblem} `price_differs`; the errors of `findListing`, `priceInBaseUnits` and `recordView`.
 */
async function reportView(
  { store, book, contract, tokens, nowSec }: Context,
  report: z.output<typeof viewReport>,
): Promise<RecordedView> {
  const { cid, creator_wallet: creator, token } = report;
  const listing = await findListing(store, { cid, creator, token });
  const coin = await tokens.describe(listing.token);
  const view = {
    listing,
    viewer: report.blockchain_address,
    provider: report.provider_wallet,
    price: priceInBaseUnits(report.price, coin),
    viewTimeSec: report.timestamp,
    txHash: report.tx_hash ?? null,
  };
  return await recordView({ store, book, chain: contract, nowSec }, view).catch((error: unknown) => {
    if (!(error instanceof PriceDiffers)) throw error;
    const expected = decimal(error.expected, coin);
    const detail = `The price in force on chain is ${expected} ${coin.symbol}.`;
    throw problem('price_differs', detail, { field: 'price', example: expected, cause: error });
  });
}

function history<Params extends z.ZodObject>(
  { store, serializer, cachedResponses }: Context,
  by: ViewQuery['by'],
  params: Params,
  query: typeof recordsQuery | typeof recordsOfCidQuery | typeof recordsOfViewerQuery,
  keyOf: (params: z.output<Params>) => string,
): Route {
  const [name = ''] = Object.keys(params.shape);
  return route('get', `/api/get-records/${by}/{${name}}`, {
    tag: 'Views',
    summary: `Views by ${by}, newest first`,
    description: DESCRIPTIONS[by],
    params,
    query,
    answer: recordsPage,
    problems: ['bad_date_range'],
    cache: {
      responses: cachedResponses,
      tags: (params) => [TAGS.views(by, keyOf(params))],
    },
    handle: async ({ params, query: asked, before, req }) => {
      const query = { by, key: keyOf(params), ...queryOf(asked) };
      const page = before ? await store.viewsBeside(keysIn(before), query) : await store.views(query);
      const present = await serializer.viewsOf(page.rows);
      return writeRecords(page, present, before, (cursor) => nextLink(req, cursor));
    },
  });
}

const DAYS_AND_PAGES =
  'Whole days in UTC, both included. No views is an empty list. Where there are more, `next_cursor` and the `Link` header lead to the next page.';
const DESCRIPTIONS = {
  cid: `${DAYS_AND_PAGES} \`content_id\` is for the views of one listing.`,
  provider: DAYS_AND_PAGES,
  viewer: `What this wallet has paid, or reported itself. ${DAYS_AND_PAGES}`,
  creator: DAYS_AND_PAGES,
};

type RecordsQuery = z.output<typeof recordsQuery> &
  Partial<z.output<typeof recordsOfCidQuery> & z.output<typeof recordsOfViewerQuery>>;

function queryOf(asked: RecordsQuery): Omit<ViewQuery, 'by' | 'key'> {
  const { start_date: fromSec, end_date, settled, content_id: contentId, contract, include } = asked;
  const at = contract && { contract: contract.toLowerCase() };
  return {
    listing: contentId === undefined ? undefined : { contentId, ...at },
    settled,
    attributed: include && true,
    fromSec,
    toSec: end_date === undefined ? undefined : end_date + DAY_SEC,
    limit: asked.limit,
    cursor: asked.cursor,
  };
}

function walletKey({ wallet }: { wallet: string }): string {
  return wallet.toLowerCase();
}
