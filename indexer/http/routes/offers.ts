import { type Offered, Providing } from '../../playback/providing.ts';
import type { Context } from '../context.ts';
import { CAR_TYPE } from '../gateway/representation.ts';
import { OFFER_PATH } from '../middleware/operator-guard.ts';
import { type Route, route } from '../routing/route.ts';
import { cidParams, listingQuery } from '../schemas/contents.ts';
import { SERVING_PROBLEMS, SIGNING_PROBLEMS } from '../schemas/fields/signing.ts';
import { endedAnswer, offeredAnswer, offerQuery, takeQuery } from '../schemas/offers.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';

const PATH = `${OFFER_PATH}/{cid}`;
const OPERATOR = { tag: 'Operator', params: cidParams, operator: true } as const;
const PROBLEMS = [
  ...SIGNING_PROBLEMS,
  ...SERVING_PROBLEMS,
  'unknown_content',
  'ambiguous_listing',
  'minute_not_sold',
  'media_not_found',
  'file_too_large',
  'contract_refused',
] as const;

/** What this host serves by itself: `npm run provide` makes these calls. */
export function offerRoutes(context: Context): Route[] {
  const providing = providingOf(context);
  const take = route('put', PATH, {
    ...OPERATOR,
    summary: "Keeps a file, if it is the CID's, and serves it",
    description:
      "The file is the body as it is, or the archive of its blocks; a directory comes as an archive. Its size is looked at before its first byte, against `max_size` and the disk (which has to hold an archive beside what is in it); each block of an archive as it comes, the CID after the last. Only then it is kept, and this host's stream of it is registered: of a protected video once its secret is here, too.",
    query: takeQuery,
    raw: { 'application/octet-stream': 'the file', [CAR_TYPE]: 'a CAR of version 1, in any order' },
    answer: offeredAnswer,
    problems: [...PROBLEMS, 'cid_differs', 'bad_archive'],
    handle: async ({ params: { cid }, query: { creator, token, max_size: maxBytes }, req }) => {
      const length = req.headers['content-length'];
      const sizeBytes = length === undefined ? undefined : Number(length);
      const isArchive = req.is(CAR_TYPE) === CAR_TYPE;
      const file = { content: req, sizeBytes, maxBytes, isArchive };
      return offered(await providing.take({ cid, creator, token }, file));
    },
  });
  const offer = route('post', PATH, {
    ...OPERATOR,
    summary: 'Serves a file that is here',
    query: offerQuery,
    answer: offeredAnswer,
    problems: PROBLEMS,
    handle: async ({ params: { cid }, query: { creator, token, size: sizeBytes, max_size: maxBytes } }) => {
      const which = { cid, creator, token };
      if ((await context.storage.stat(cid.key)) === null)
        await providing.checkRoom(which, { sizeBytes, maxBytes });
      return offered(await providing.offer(which));
    },
  });
  const stop = route('delete', PATH, {
    ...OPERATOR,
    summary: "Ends this host's streams of a content",
    description: 'The file goes where it is here for them alone: what creators have uploaded stays.',
    query: listingQuery,
    answer: endedAnswer,
    problems: [...SIGNING_PROBLEMS, ...SERVING_PROBLEMS, 'unknown_stream', 'contract_refused'],
    handle: async ({ params: { cid }, query }) => {
      const removed = await providing.stop({ cid, ...query });
      return { message: 'The content is served no more.', cid: cid.text, removed };
    },
  });
  return [take, offer, stop];
}

export function providingOf(context: Context): Providing {
  const { storage, disk, chain, unitKeys } = context;
  // A node of its own has a disk of its own.
  const own = storage.ipfs.name === 'files' ? disk : null;
  const { temporaryFile } = disk;
  const isProtected = (cidKey: string, creator: string) => unitKeys.canOpen(cidKey, creator);
  return new Providing({ ...context, disk: own, temporaryFile, isProtected, contract: chain.contract });
}

function offered({ wish, stream, why }: Offered) {
  const { cid, contentId, contract, creator, beneficiary: provider } = wish;
  return {
    message: why ?? 'The content is served.',
    cid,
    content_id: contentId,
    contract: checksumAddress(contract),
    content_creator_wallet: checksumAddress(creator),
    content_distributor_wallet: checksumAddress(provider),
    stream_url: stream?.url ?? null,
    tx_hash: stream?.txHash ?? null,
  };
}
