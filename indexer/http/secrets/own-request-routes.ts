import type { z } from 'zod';
import { ContentUnlisted } from '../../publishing/errors.ts';
import type { OwnKeyRequest } from '../../store/book.ts';
import type { Context } from '../context.ts';
import { OFFER_PATH } from '../middleware/operator-guard.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { isoTime } from '../serialize/iso-time.ts';
import {
  ownKeyRequestBody,
  ownKeyRequestNoted,
  ownKeyRequestsPage,
  ownKeyRequestsQuery,
} from './own-request-schemas.ts';

/** For which keys this host's operator has asked other hosts, and what became of it. */
export function ownKeyRequestRoutes(context: Context): Route[] {
  return [noteRoute(context), listRoute(context)];
}

function noteRoute({ book, store, chain, nowSec }: Context): Route {
  return route('put', `${OFFER_PATH}/{cid}/key-request`, {
    tag: 'Operator',
    operator: true,
    summary: 'Notes what became of asking another host for the keys of a protected video',
    description:
      'For `GET /key-requests`: `npm run provide`, which asks, makes this call after each answer. It takes the place of what was known.',
    params: cidParams,
    body: ownKeyRequestBody,
    answer: ownKeyRequestNoted,
    problems: ['unknown_content'],
    handle: async ({ params: { cid }, body }) => {
      const { content_id: contentId, contract = chain.contract, from, state } = body;
      const listing = await store.contentById(contract.toLowerCase(), contentId);
      if (listing?.cidKey !== cid.key) throw new ContentUnlisted(cid.text);
      await book.noteOwnKeyRequest({
        ...{ contract, contentId, cidKey: cid.key, from, state, askedAtSec: nowSec() },
        ...{ untilSec: body.until_sec ?? null, reason: body.reason ?? null },
      });
      const named = { content_id: contentId, contract: checksumAddress(contract) };
      return { message: 'The request is noted.', cid: cid.text, ...named };
    },
  });
}

function listRoute(context: Context): Route {
  const { book, providerGate } = context;
  return route('get', '/key-requests', {
    tag: 'Operator',
    summary: 'For which keys this host has asked others, and what became of it',
    description:
      'For whom `GET /vouchers` is. It is what `npm run provide` was told when it last asked: a grant that a creator gives later shows once that runs again. Ended by `npm run provide -- --stop CID`.',
    session: true,
    query: ownKeyRequestsQuery,
    answer: ownKeyRequestsPage,
    handle: async ({ req, query }) => {
      await providerGate.require(req);
      const { rows, nextCursor } = await book.ownKeyRequests(query);
      const shown = await Promise.all(rows.map((row) => requestFields(row, context)));
      return { key_requests: shown.filter((each) => each !== null), next_cursor: nextCursor };
    },
  });
}

type Shown = z.input<typeof ownKeyRequestsPage>['key_requests'][number];

/** `null` while the records are read anew, and do not know the listing yet. */
async function requestFields(
  { contract, contentId, cidKey, askedAtSec, untilSec, ...row }: OwnKeyRequest,
  { store, unitKeys }: Context,
): Promise<Shown | null> {
  const listing = await store.contentById(contract, contentId);
  if (listing === null) return null;
  const { cid, creator, token, videoName } = listing;
  return {
    ...{ cid, content_id: contentId, contract: checksumAddress(contract), video_name: videoName },
    ...{ content_creator_wallet: checksumAddress(creator), token: checksumAddress(token), ...row },
    ...{ asked_at: isoTime(askedAtSec), until: untilSec === null ? null : isoTime(untilSec) },
    has_keys: await unitKeys.canOpen(cidKey, creator),
  };
}
