import { z } from 'zod';
import type { AppDeps } from '../deps.ts';
import { TAGS } from '../freshness.ts';
import { isoTime } from '../present.ts';
import { keysIn, writeRecords } from '../recordpage.ts';
import { reportView } from '../report.ts';
import { route } from '../route.ts';
import type { Route } from '../routespec.ts';
import { cid, creator, provider, viewer } from '../schemas/fields.ts';
import { recordsPage, recordsQuery, viewReport, viewReportAnswer } from '../schemas/records.ts';
import type { Shared } from './shared.ts';

const DAY_SEC = 86_400;

/** Views: reporting them and their history. */
export function recordRoutes(deps: AppDeps, common: Shared): Route[] {
  const report = route(
    {
      method: 'post',
      path: '/api/record-view',
      tag: 'Views',
      summary: 'Reports a view',
      description:
        'The same report again is the same view: reports of the same wallets, content and second are one, and `repeated` says so. A time without a zone is taken as UTC. A report of a view that was paid on chain links to that payment and is never paid again; the others can be paid by the operator. Off the development chain the viewer has to be signed in.',
      session: !deps.config.unsigned,
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
    },
    async ({ body, req }) => {
      if (!deps.config.unsigned)
        await common.gate.sessionOf(req, body.blockchain_address, 'blockchain_address');
      const { report, isNew } = await reportView(deps, body);
      common.tail.look();
      return {
        message: 'View recorded successfully.',
        cid: body.cid.text,
        creator_wallet: body.creator_wallet,
        settled: report.linkedTo !== null,
        timestamp: isoTime(report.viewTimeSec),
        repeated: !isNew,
        linked_to: report.linkedTo,
      };
    },
  );
  return [
    report,
    history(deps, common, 'cid', z.strictObject({ cid }), ({ cid }) => cid.key),
    history(deps, common, 'provider', z.strictObject({ wallet: provider }), walletKey),
    history(deps, common, 'viewer', z.strictObject({ wallet: viewer }), walletKey),
    history(deps, common, 'creator', z.strictObject({ wallet: creator }), walletKey),
  ];
}

function history<Params extends z.ZodObject>(
  { store }: AppDeps,
  { present, kept }: Shared,
  by: 'cid' | 'provider' | 'viewer' | 'creator',
  params: Params,
  keyOf: (params: z.output<Params>) => string,
): Route {
  const [name = ''] = Object.keys(params.shape);
  return route(
    {
      method: 'get',
      path: `/api/get-records/${by}/{${name}}`,
      tag: 'Views',
      summary: `Views by ${by}, newest first`,
      description: 'Whole days in UTC, both included. No views is an empty list.',
      params,
      query: recordsQuery,
      answer: recordsPage,
      problems: ['bad_date_range'],
      keep: { answers: kept, of: (params) => ({ tags: [TAGS.views(by, keyOf(params))] }) },
    },
    async ({ params, query: { start_date, end_date, limit, cursor }, before }) => {
      const query = {
        by,
        key: keyOf(params),
        limit,
        ...(start_date !== undefined && { fromSec: start_date }),
        ...(end_date !== undefined && { toSec: end_date + DAY_SEC }),
        ...(cursor !== undefined && { cursor }),
      };
      const page = before ? await store.viewsBeside(keysIn(before), query) : await store.views(query);
      return await writeRecords(page, present.view, before);
    },
  );
}

function walletKey({ wallet }: { wallet: string }): string {
  return wallet.toLowerCase();
}
