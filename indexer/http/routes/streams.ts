import type { AppDeps } from '../deps.ts';
import { TAGS } from '../freshness.ts';
import { route } from '../route.ts';
import type { Route } from '../routespec.ts';
import {
  cidParams,
  deregisterAnswer,
  deregistration,
  OFFER_PROBLEMS,
  registerAnswer,
  registration,
} from '../schemas/contents.ts';
import { streamsAnswer, streamsPage, streamsQuery } from '../schemas/streams.ts';
import { walletParams } from '../schemas/wallets.ts';
import { pageOfStreams } from '../streampage.ts';
import { offerOf } from './offer.ts';
import type { Shared } from './shared.ts';

/** Who serves what: registering, deregistering, and the live index. */
export function streamRoutes({ live }: AppDeps, { present, listings, kept, actsForWallet }: Shared): Route[] {
  const keep = kept.knowsStreams ? { answers: kept, of: () => ({ tags: [TAGS.streams] }) } : undefined;
  const register = route(
    {
      method: 'post',
      path: '/register',
      tag: 'Streams',
      summary: "Registers a provider's stream",
      description:
        'On the development chain a content that is not published yet is published first, for the creator named and with these terms. Registering again changes the URL.',
      body: registration,
      answer: registerAnswer,
      guards: [actsForWallet],
      problems: [
        ...OFFER_PROBLEMS,
        'signature_required',
        'terms_differ',
        'ambiguous_listing',
        'contract_refused',
      ],
    },
    async ({ body }) => {
      const { cid, content_distributor_wallet: provider, stream_url } = body;
      const { listing, terms, stream } = await listings.serve(
        { ...offerOf(body), cid },
        provider,
        stream_url,
      );
      const shown = { ...(await present.listing(listing, terms)), cid: cid.text, tx_hash: stream.txHash };
      const server = { ...shown, stream_url: stream.url, content_distributor_wallet: provider };
      return { message: 'Stream registered successfully.', server };
    },
  );
  const deregister = route(
    {
      method: 'post',
      path: '/deregister',
      tag: 'Streams',
      summary: 'Ends all streams of a content that a provider has',
      body: deregistration,
      answer: deregisterAnswer,
      guards: [actsForWallet],
      problems: ['signature_required', 'unknown_content', 'unknown_stream', 'contract_refused'],
    },
    async ({ body: { content_distributor_wallet: provider, ...which } }) => {
      await listings.stopServing(which, provider);
      const message = 'Stream deregistered successfully.';
      return { message, cid: which.cid.text, content_distributor_wallet: provider };
    },
  );
  const all = route(
    {
      method: 'get',
      path: '/streams',
      tag: 'Streams',
      summary: 'All streams, oldest registration first',
      query: streamsQuery,
      answer: streamsPage,
      keep,
    },
    async ({ query: { limit, cursor } }) => {
      const { rows, nextCursor } = pageOfStreams(await live.all(), limit, cursor);
      return { streams: rows.map(present.stream), next_cursor: nextCursor };
    },
  );
  const byCid = route(
    {
      method: 'get',
      path: '/streams/{cid}',
      tag: 'Streams',
      summary: 'Who serves a content, oldest registration first',
      params: cidParams,
      answer: streamsAnswer,
      keep,
    },
    async ({ params: { cid } }) => ({ streams: (await live.byCid(cid.key)).map(present.stream) }),
  );
  const byWallet = route(
    {
      method: 'get',
      path: '/wallets/{wallet}/streams',
      tag: 'Wallets',
      summary: 'What a provider serves, oldest registration first',
      params: walletParams,
      answer: streamsAnswer,
      keep,
    },
    async ({ params: { wallet } }) => ({ streams: (await live.byWallet(wallet)).map(present.stream) }),
  );
  return [register, deregister, all, byCid, byWallet];
}
