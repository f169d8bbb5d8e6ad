import { ZeroAddress } from 'ethers';
import type { z } from 'zod';
import { SignatureRefused } from '../../contract/calls/call-errors.ts';
import type { CallSignature } from '../../contract/calls/writer.ts';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import type { TermsOffer } from '../../publishing/publication.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { signatureIn } from '../middleware/signature.ts';
import { problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import type { CidField } from '../schemas/fields/fields.ts';
import { SERVING_PROBLEMS, SIGNING_PROBLEMS } from '../schemas/fields/signing.ts';
import { OFFER_PROBLEMS, offerOf } from '../schemas/offer.ts';
import {
  changeOfTerms,
  contentAnswer,
  publication,
  publishedAnswer,
  retirement,
} from '../schemas/publications.ts';
import { checkForCreator, serveForCreator } from './own-stream.ts';

const BY_SIGNATURE =
  'Off the development chain the creator signs: a call without signature answers what to sign.';
const PROBLEMS = [...SIGNING_PROBLEMS, 'unknown_content', 'ambiguous_listing', 'contract_refused'] as const;

/** What creators do with their contents. */
export function publicationRoutes(context: Context): Route[] {
  return [publishRoute(context), ...changeRoutes(context)];
}

function publishRoute(context: Context): Route {
  const { book, serializer, listings } = context;
  return route('post', '/contents', {
    tag: 'Contents',
    summary: 'Publishes a content on chain',
    description: `${BY_SIGNATURE} The same content again, with the same terms, is the same content; video_name and metadata are not part of the terms.`,
    body: publication,
    answer: publishedAnswer,
    problems: [
      ...SIGNING_PROBLEMS,
      ...OFFER_PROBLEMS,
      ...SERVING_PROBLEMS,
      'media_not_found',
      'terms_differ',
      'contract_refused',
    ],
    handle: async ({ body, req }) => {
      const { cid, terms, metadata } = body;
      await requireNotTakenDown(book, cid.key);
      const offered = offerOf({ ...body, ...terms, token: terms.token ?? ZeroAddress });
      const offer = { ...offered, cid, metadata };
      const signed = signatureIn(body, req);
      if (body.serve) {
        await requireServable(context, offer);
        await requireFresh(context, signed, () => listings.proposed(offer));
      }
      const { listing } = await listings.publishOnce(offer, signed);
      const stream = body.serve && { stream: await serveForCreator(context, clientIp(req), listing) };
      return {
        message: 'Content published successfully.',
        content: await serializer.content(listing),
        ...stream,
      };
    },
  });
}

function changeRoutes({ serializer, listings }: Context): Route[] {
  const change = route('patch', '/contents/{cid}', {
    tag: 'Contents',
    summary: 'Announces other terms, or cancels what is announced',
    description: `${BY_SIGNATURE} New terms are in force after the notice period of the contract; until then \`terms: null\` cancels them, or a retirement.`,
    params: cidParams,
    body: changeOfTerms,
    answer: contentAnswer,
    problems: [...PROBLEMS, ...OFFER_PROBLEMS],
    handle: async ({ params: { cid }, body, req }) => {
      const which = { cid, creator: body.content_creator_wallet, token: body.token };
      const signed = signatureIn(body, req);
      const row =
        body.terms === null
          ? await listings.cancelScheduled(which, signed)
          : await listings.scheduleTerms(which, termsOf(body.terms), signed);
      const message = body.terms === null ? 'Nothing is announced any more.' : 'Terms are announced.';
      return { message, content: await serializer.content(row) };
    },
  });
  const retire = route('delete', '/contents/{cid}', {
    tag: 'Contents',
    summary: 'Announces that a content is retired',
    description: `${BY_SIGNATURE} It takes no direct payments after the notice period of the contract; until then PATCH with \`terms: null\` cancels it.`,
    params: cidParams,
    body: retirement,
    answer: contentAnswer,
    problems: PROBLEMS,
    handle: async ({ params: { cid }, body, req }) => {
      const which = { cid, creator: body.content_creator_wallet, token: body.token };
      const row = await listings.retire(which, signatureIn(body, req));
      return { message: 'The retirement is announced.', content: await serializer.content(row) };
    },
  });
  return [change, retire];
}

/** Before anything is published: what could not be served is not published to be served. */
async function requireServable(context: Context, offer: { creator: string; cid: CidField }): Promise<void> {
  const { cid } = offer;
  await checkForCreator(context, offer, cid.key);
  if ((await context.storage.stat(cid.key)) !== null) return;
  throw problem('media_not_found', `The file ${cid.text} is not stored on this host.`, { field: 'cid' });
}

/** What was signed is on chain for all to bring again: past its deadline it has nothing served anew. */
async function requireFresh(
  { nowSec }: Context,
  signed: CallSignature | undefined,
  proposed: () => ReturnType<Context['listings']['proposed']>,
): Promise<void> {
  if (signed && signed.deadlineSec < nowSec()) {
    throw new SignatureRefused({ reason: 'expired', call: (await proposed()).call });
  }
}

function termsOf(terms: NonNullable<z.output<typeof changeOfTerms>['terms']>): TermsOffer {
  return { price: terms.price, providerShareBps: terms.provider_share, unit: terms.unit };
}
