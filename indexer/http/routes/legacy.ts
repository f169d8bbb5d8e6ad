import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { LivePage, LiveStream } from '../../live/live.ts';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import { findListing } from '../../publishing/find-listing.ts';
import type { ContentRow } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams, listingQuery } from '../schemas/contents.ts';
import {
  allMetadata,
  byWalletAndCid,
  listQuery,
  metadata,
  oneStream,
  streamsByCid,
  streamsByUid,
  streamsOfCid,
  streamsOfWallet,
  streamsOfWalletAndCid,
} from '../schemas/legacy.ts';
import { walletParams } from '../schemas/wallets.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { nextLink } from '../serialize/next-link.ts';
import { pageOfStreams } from './stream-page.ts';

/** The live index may be a moment behind the records: so many of its streams may have ended. */
const LOOKS = 20;

type Server = z.input<typeof oneStream>['server'];

const ALIAS = {
  tag: 'First version',
  description: 'Where there are more, the `Link` header names the next page (`rel="next"`).',
} as const;
const ALIAS_OF_LIST = { ...ALIAS, query: listQuery } as const;

/** The other reads that the first version's page used, with its shapes: aliases of `/streams` and `/contents`. */
export function legacyRoutes(context: Context): Route[] {
  return [streamAlias(context), ...streamListAliases(context), ...metadataAliases(context)];
}

/** One stream, where there are several. */
function streamAlias(context: Context): Route {
  return route('get', '/get_stream_by_cid/{cid}', {
    ...ALIAS,
    summary: 'A stream of a content: the oldest registration',
    params: cidParams,
    answer: oneStream,
    problems: ['unknown_stream'],
    handle: async ({ params: { cid } }) => {
      for (const stream of await context.live.byCid(cid.key, { limit: LOOKS })) {
        const server = await serverOf(context, stream);
        if (server) return { cid: cid.text, server };
      }
      throw problem('unknown_stream', `Nobody serves ${cid.text}.`, { field: 'cid' });
    },
  });
}

function streamListAliases(context: Context): Route[] {
  const { live, store } = context;
  const servers = (read: ReadStreams, request: ListRequest) => serversOf(context, read, request);
  const allBy = (field: Grouping) => async (request: ListRequest) => ({
    matching_cids: groupBy(field, await servers((page) => live.all(page), request)),
  });
  return [
    route('get', '/get_list_stream_by_cid/{cid}', {
      ...ALIAS_OF_LIST,
      summary: 'Who serves a content',
      params: cidParams,
      answer: streamsOfCid,
      handle: async ({ params: { cid }, ...request }) => ({
        cid: cid.text,
        servers: await servers((page) => live.byCid(cid.key, page), request),
      }),
    }),
    route('get', '/get_all_streams_by_cid', {
      ...ALIAS_OF_LIST,
      summary: 'All streams by CID',
      answer: streamsByCid,
      handle: allBy('cid'),
    }),
    route('get', '/get_all_streams_by_uid', {
      ...ALIAS_OF_LIST,
      summary: "All streams by their provider's wallet",
      answer: streamsByUid,
      handle: allBy('content_distributor_wallet'),
    }),
    route('get', '/get_list_stream_by_wallet/{wallet}', {
      ...ALIAS_OF_LIST,
      summary: 'What a provider serves, by CID',
      params: walletParams,
      answer: streamsOfWallet,
      handle: async ({ params: { wallet }, ...request }) => ({
        results: groupBy('cid', await servers((page) => live.byWallet(wallet, page), request)),
      }),
    }),
    route('get', '/get_stream_by_wallet_cid/{wallet}/{cid}', {
      ...ALIAS_OF_LIST,
      summary: "A provider's streams of a content",
      params: byWalletAndCid,
      answer: streamsOfWalletAndCid,
      handle: async ({ params: { wallet, cid }, ...request }) => {
        const of = { provider: wallet, cidKey: cid.key };
        return {
          wallet,
          servers: await servers((page) => store.activeStreams({ ...of, ...page }), request),
        };
      },
    }),
  ];
}

function metadataAliases({ store, book, nowSec, serializer }: Context): Route[] {
  async function columnsOf(row: ContentRow): Promise<z.input<typeof metadata>> {
    const { cid, video_name, content_creator_wallet, creator_share, provider_share, price } =
      await serializer.listing(row);
    const shares = { creator_share, provider_share };
    return { cid, video_name, content_creator_wallet, ...shares, price: Number(price) };
  }

  return [
    route('get', '/meta/get_metadata/{cid}', {
      ...ALIAS,
      summary: 'A listing of a content, with the terms in force',
      params: cidParams,
      query: listingQuery,
      answer: metadata,
      problems: ['unknown_content', 'ambiguous_listing', 'taken_down'],
      handle: async ({ params: { cid }, query }) => {
        await requireNotTakenDown(book, cid.key);
        return columnsOf(await findListing(store, { cid, ...query }));
      },
    }),
    route('get', '/meta/get_all_metadata', {
      ...ALIAS_OF_LIST,
      summary: 'All listings, latest publication first',
      answer: allMetadata,
      handle: async (request) => {
        const page = await store.searchContents({ nowSec: nowSec(), isShown: true, ...request.query });
        linkNext(request, page.nextCursor);
        return { metadata: await Promise.all(page.rows.map(columnsOf)) };
      },
    }),
  ];
}

/** A stream as registering it answers; `null` once it has ended: the live index may be a moment behind the records. */
async function serverOf(
  { store, serializer }: Context,
  { contract, contentId, provider }: LiveStream,
): Promise<Server | null> {
  const [listing, stream] = await Promise.all([
    store.contentById(contract, contentId),
    store.stream(contract, contentId, provider),
  ]);
  if (listing === null || stream === null) return null;
  const shown = await serializer.listing(listing);
  const wallet = checksumAddress(stream.provider);
  const served = { stream_url: stream.url, content_distributor_wallet: wallet, tx_hash: stream.txHash };
  return { ...shown, price: Number(shown.price), ...served };
}

type ReadStreams = (page: LivePage) => Promise<LiveStream[]>;

/** A page of them. */
async function serversOf(context: Context, read: ReadStreams, request: ListRequest): Promise<Server[]> {
  const { rows, nextCursor } = await pageOfStreams(read, ['streams', request.req.path], request.query);
  linkNext(request, nextCursor);
  const servers = await Promise.all(rows.map((stream) => serverOf(context, stream)));
  return servers.filter((server) => server !== null);
}

interface ListRequest {
  query: z.output<typeof listQuery>;
  req: Request;
  res: Response;
}

/** The first version's shapes have no place for a cursor. */
function linkNext({ req, res }: ListRequest, nextCursor: string | null): void {
  if (nextCursor !== null) res.setHeader('Link', nextLink(req, nextCursor));
}

type Grouping = 'cid' | 'content_distributor_wallet';

function groupBy(field: Grouping, servers: Server[]): Record<string, Server[]> {
  return Object.fromEntries(Map.groupBy(servers, (server) => server[field]));
}
