import type { z } from 'zod';
import { contentIdOf } from '../../contract/content-id.ts';
import { termsInForce } from '../../contract/effective-terms.ts';
import type { Packaging, PackagingState } from '../../store/book.ts';
import type { ContentRow } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { checksumAddress } from '../serialize/checksum-address.ts';
import { offerFields } from '../serialize/serializer.ts';
import { languagesOf } from './captions.ts';
import type { queuedAnswer, queuedStagedAnswer, stagedAnswer, uploadAnswer } from './schemas.ts';
import { offerOf, type StagedFile, stagedAnswerTo, web3Field } from './stage.ts';

const MESSAGES: Record<PackagingState, string> = {
  queued: 'The video waits to be packaged.',
  packaging: 'The video is being packaged.',
  packaged: 'The video is packaged.',
  failed: 'The video is not packaged.',
};
/** Of a file that came in pieces, and is not packaged. */
const STORING: typeof MESSAGES = {
  queued: 'The file waits to be stored.',
  packaging: 'The file is being stored.',
  packaged: 'The file is stored.',
  failed: 'The file is not stored.',
};

/** How far an upload is, where what is packaged is published at once. */
export async function packagedAnswer(
  context: Context,
  upload: Packaging,
): Promise<z.input<typeof queuedAnswer>> {
  return answerWith(upload, await publishedResult(context, upload));
}

/** The same where it waits for its creator. @returns `null` for what has waited in vain. */
export async function packagedStagedAnswer(
  context: Context,
  upload: Packaging,
): Promise<z.input<typeof queuedStagedAnswer> | null> {
  const result = await stagedResult(context, upload);
  const isOver = result !== null && result.publish !== null && result.expires_at === null;
  return isOver ? null : answerWith(upload, result);
}

function answerWith<Result>(upload: Packaging, result: Result) {
  const { id, state, progress, problem, keptIn } = upload;
  return {
    message: (keptIn === null ? MESSAGES : STORING)[state],
    upload: { id, state, progress, captions: languagesOf(upload), problem, result },
  };
}

async function publishedResult(
  context: Context,
  upload: Packaging,
): Promise<z.input<typeof uploadAnswer> | null> {
  const file = fileOf(upload);
  const listing = file && (await listingOf(context, file));
  if (!listing) return null;
  const shown = { ...(await context.serializer.listing(listing)), size: file.media.sizeBytes };
  const stream = file.serve && { stream: await ownStreamOf(context, listing) };
  return { message: 'File uploaded successfully.', ...web3Field(file.media), meta: shown, ...stream };
}

async function stagedResult(
  context: Context,
  upload: Packaging,
): Promise<z.input<typeof stagedAnswer> | null> {
  const file = fileOf(upload);
  if (file === null) return null;
  const listing = await listingOf(context, file);
  if (listing === null) {
    return await stagedAnswerTo(context, file, async () => null);
  }
  const terms = termsInForce(listing, context.nowSec());
  const shown = offerFields(listing, terms, await context.tokens.describe(listing.token));
  const stream = file.serve && { stream: await ownStreamOf(context, listing) };
  return {
    message: 'File uploaded; it is published.',
    ...web3Field(file.media),
    meta: { ...shown, size: file.media.sizeBytes },
    publish: null,
    expires_at: null,
    ...stream,
  };
}

type PackagedFile = Omit<StagedFile, 'expiresAtSec'> & { expiresAtSec: number | null };

/** `null` until everything is done. */
function fileOf({ state, packaged, offer, serve, expiresAtSec }: Packaging): PackagedFile | null {
  if (state !== 'packaged' || packaged === null) return null;
  return { media: packaged, offer: offerOf(JSON.parse(offer), packaged.cid), serve, expiresAtSec };
}

/** Whatever has become of its terms since. */
function listingOf({ store, chain }: Context, { offer }: PackagedFile): Promise<ContentRow | null> {
  const contentId = contentIdOf(offer.creator, offer.token, offer.cid.text);
  return store.contentById(chain.contract.toLowerCase(), contentId);
}

async function ownStreamOf({ store, provider }: Context, { contract, contentId, cidKey }: ContentRow) {
  const stream = provider && (await store.stream(contract, contentId, provider.wallet.toLowerCase()));
  if (!stream?.active || !provider?.isOwn(stream.url, cidKey)) return null;
  return { stream_url: stream.url, content_distributor_wallet: checksumAddress(stream.provider) };
}
