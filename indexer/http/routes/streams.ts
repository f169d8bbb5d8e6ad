import type { z } from 'zod';
import { isPublicUrl } from '../../lib/public-url.ts';
import type { LiveStream } from '../../live/live.ts';
import type { Page } from '../../store/store.ts';
import { TAGS } from '../cache/invalidation.ts';
import type { Context } from '../context.ts';
import { signatureIn } from '../middleware/signature.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { SIGNING_PROBLEMS } from '../schemas/fields/signing.ts';
import { OFFER_PROBLEMS, offerOf } from '../schemas/offer.ts';
import {
  deregisterAnswer,
  deregistration,
  registerAnswer,
  registration,
  streamsAnswer,
  streamsOfQuery,
  streamsPage,
  streamsQuery,
} from '../schemas/streams.ts';
import { walletParams } from '../schemas/wallets.ts';
import { laterPage, pageOfStreams, rankedPage } from './stream-page.ts';

/** Who serves what: registering, deregistering, and the live index. */
export function streamRoutes(context: Context): Route[] {
  return [...registrationRoutes(context), ...listRoutes(context)];
}

function registrationRoutes({ config, serializer, listings }: Context): Route[] {
  const register = route('post', '/register', {
    tag: 'Streams',
    summary: "Registers a provider's stream",
    description:
      'On the development chain a content that is not published yet is published first, for the creator named and with these terms; video_name is not part of the terms. Registering again changes the URL. Off the development chain the provider signs: a call without signature answers what to sign; of a content that is not published, first the creator.',
    body: registration,
    answer: registerAnswer,
    problems: [
      ...SIGNING_PROBLEMS,
      ...OFFER_PROBLEMS,
      'url_not_public',
      'content_unpublished',
      'terms_differ',
      'ambiguous_listing',
      'contract_refused',
    ],
    handle: async ({ body, req }) => {
      const { cid, content_distributor_wallet: provider, stream_url } = body;
      requirePublicStream(config, stream_url);
      const offer = { ...offerOf(body), cid };
      const signed = signatureIn(body, req);
      const { listing, terms, stream } = await listings.serve(offer, provider, stream_url, signed);
      const shown = { ...(await serializer.listing(listing, terms)), cid: cid.text, tx_hash: stream.txHash };
      const server = { ...shown, stream_url: stream.url, content_distributor_wallet: provider };
      return { message: 'Stream registered successfully.', server };
    },
  });
  const deregister = route('post', '/deregister', {
    tag: 'Streams',
    summary: 'Ends all streams of a content that a provider has',
    description:
      'Off the development chain the provider signs for each stream: a call without signature answers what to sign, a signed one ends the stream that was signed for.',
    body: deregistration,
    answer: deregisterAnswer,
    problems: [...SIGNING_PROBLEMS, 'unknown_content', 'unknown_stream', 'contract_refused'],
    handle: async ({ body, req }) => {
      const { content_distributor_wallet: provider, cid, creator, token } = body;
      const which = { cid, creator, token };
      await listings.stopServing(which, provider, signatureIn(body, req));
      const message = 'Stream deregistered successfully.';
      return { message, cid: which.cid.text, content_distributor_wallet: provider };
    },
  });
  return [register, deregister];
}

function listRoutes({ live, health, serializer, cachedResponses }: Context): Route[] {
  const cacheBy = <Params>(tag: (params: Params) => string) =>
    live.isExact ? { responses: cachedResponses, tags: (params: Params) => [tag(params)] } : undefined;
  const withHealth = (rows: LiveStream[]) =>
    Promise.all(rows.map(async (row) => serializer.stream(row, await health.of(row))));
  const shown = async (page: Page<LiveStream>) => ({
    streams: await withHealth(page.rows),
    ...laterPage(page),
  });
  const all = route('get', '/streams', {
    tag: 'Streams',
    summary: 'All streams, oldest registration first',
    query: streamsQuery,
    answer: streamsPage,
    cache: cacheBy(() => TAGS.allStreams),
    handle: async ({ query }) => {
      const { rows, nextCursor } = await pageOfStreams((page) => live.all(page), ['streams'], query);
      return { streams: await withHealth(rows), next_cursor: nextCursor };
    },
  });
  const byCid = route('get', '/streams/{cid}', {
    tag: 'Streams',
    summary: 'Who serves a content, oldest registration first, who cheats or is silent last',
    params: cidParams,
    query: streamsOfQuery,
    answer: streamsAnswer,
    cache: cacheBy(({ cid }: z.output<typeof cidParams>) => TAGS.streamsOf(cid.key)),
    handle: async ({ params: { cid }, query }) =>
      await shown(await rankedPage({ live, health }, cid.key, query)),
  });
  const byWallet = route('get', '/wallets/{wallet}/streams', {
    tag: 'Wallets',
    summary: 'What a provider serves, oldest registration first',
    params: walletParams,
    query: streamsOfQuery,
    answer: streamsAnswer,
    cache: cacheBy(({ wallet }: z.output<typeof walletParams>) => TAGS.streamsBy(wallet.toLowerCase())),
    handle: async ({ params: { wallet }, query }) =>
      await shown(await pageOfStreams((page) => live.byWallet(wallet, page), ['streams by', wallet], query)),
  });
  return [all, byCid, byWallet];
}

/**
 * Where anybody may register, a stream's URL names a host of the public internet: players and checks follow it, and
 * must not be led into their own networks. On the development chain streams are on this machine.
 * @throws {HttpProblem} `url_not_public`
 */
function requirePublicStream({ unsigned }: Context['config'], streamUrl: string): void {
  if (unsigned || isPublicUrl(new URL(streamUrl))) return;
  const detail = `${new URL(streamUrl).host} is not a host of the public internet: viewers could not reach it.`;
  const example = 'https://stream.example.org/sample-video';
  throw problem('url_not_public', detail, { field: 'stream_url', example });
}
