import type { Request } from 'express';
import type { z } from 'zod';
import { toSign } from '../../contract/calls/wallet-calls.ts';
import { canonicalCid } from '../../lib/cid.ts';
import type { StorageName } from '../../media/library.ts';
import type { AddedMedia } from '../../media/storage.ts';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { IncomingUpload } from '../../uploads/staging.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { checkForCreator, type serveForCreator } from '../routes/own-stream.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { offerFields } from '../serialize/serializer.ts';
import { MAX_FORM_BYTES_AROUND_FILE } from './multipart.ts';
import { type ReceivedUpload, receiveUpload } from './receive.ts';
import type { stagedAnswer } from './schemas.ts';
import { parseUploadMeta, type UploadMeta } from './upload-meta.ts';

type Answer = z.input<typeof stagedAnswer>;

export interface StagedFile {
  media: Pick<AddedMedia, 'cid' | 'sizeBytes' | 'web3Url'>;
  offer: Offer & { token: string };
  /** This host is to serve it. */
  serve: boolean;
  expiresAtSec: number;
}

/** An upload that is to be packaged first. */
export interface QueuedFile {
  queuedAs: string;
}

export interface StagingRules {
  only: StorageName | undefined;
  /** Whose quota it takes; empty where only the form tells. */
  wallet: string;
  /** Throws where the wallet may not publish for this creator. */
  requireCreator?: (creator: string) => void;
  /** Asked before the file is kept. */
  check?: (offer: Offer) => Promise<unknown>;
}

/**
 * Takes a file to wait for its publication: if that does not come, the file goes. What can be wrong of its terms is found
 * before it is kept. A protected one waits to be packaged before.
 * @throws {HttpProblem} of `receiveUpload`; the errors of `Staging`
 */
export async function stageFile(
  context: Context,
  req: Request,
  rules: StagingRules,
): Promise<StagedFile | QueuedFile> {
  const { staging, packaging } = context;
  const upload = await staging.begin({ wallet: rules.wallet, client: clientIp(req), ...announced(req) });
  try {
    const received = await receiveFile(context, req, upload, rules);
    const { meta, media } = received;
    if (media === null) return await queue(context, upload, received, clientIp(req));
    const offer = offerOf(meta.offer, media.cid);
    return { media, offer, serve: meta.serve, expiresAtSec: await upload.stage() };
  } catch (error) {
    await packaging.giveUp(upload);
    await upload.giveUp();
    throw error;
  }
}

function receiveFile(
  context: Context,
  req: Request,
  upload: IncomingUpload,
  { only, requireCreator, check }: StagingRules,
): Promise<ReceivedUpload<UploadMeta>> {
  const { storage, book, config, listings, packaging } = context;
  return receiveUpload(req, {
    storage,
    maxBytes: config.maxUploadBytes,
    async parseMeta(json) {
      const meta = parseUploadMeta(json, storage, only);
      requireCreator?.(meta.offer.creator);
      await listings.checkOffer(meta.offer);
      if (meta.serve) await checkForCreator(context, meta.offer);
      return meta;
    },
    through: (content) => upload.metered(content),
    async beforeKept(media, { offer: terms, serve, into }) {
      const offer = offerOf(terms, media.cid);
      await requireNotTakenDown(book, offer.cid.key);
      await check?.(offer);
      if (serve) await checkForCreator(context, offer, offer.cid.key);
      const { creator: wallet, videoName } = offer;
      await upload.beforeKept(media, { wallet, videoName, isPaid: into === 'ethstorage' });
    },
    storageOf: ({ into }) => into,
    isProtected: ({ protection }) => protection !== null,
    captionsOf: ({ captions }) => captions,
    takeAside: (content) => packaging.take(upload, content),
  });
}

async function queue(
  { packaging }: Context,
  upload: IncomingUpload,
  { meta, poster, captions }: ReceivedUpload<UploadMeta>,
  client: string,
): Promise<QueuedFile> {
  const { offer, serve, protection } = meta;
  const { creator: owner, videoName } = offer;
  const { previewSec = 0, isFree = false } = protection ?? {};
  for (const { text } of captions) await upload.count(Buffer.from(text));
  const asked = { owner, videoName, serve, client, previewSec, isFree, poster, captions };
  await packaging.queue(upload, { ...asked, offer: JSON.stringify(offer) });
  return { queuedAs: upload.id };
}

/** What is offered, once it is known under which CID. */
export function offerOf<Terms extends UploadMeta['offer']>(terms: Terms, cid: string) {
  return { ...terms, cid: { text: cid, key: canonicalCid(cid) ?? cid } };
}

type Stream = Awaited<ReturnType<typeof serveForCreator>>;
type Listed = Parameters<typeof serveForCreator>[2];

/**
 * What the upload of a file is answered with that waits for its publication.
 * @param streamOf asked where this host is to serve it.
 * @throws {TermsDiffer}
 */
export async function stagedAnswerTo(
  { listings, tokens, chain, nowSec }: Context,
  { media, offer, serve, expiresAtSec }: Omit<StagedFile, 'expiresAtSec'> & { expiresAtSec: number | null },
  streamOf: (listed: Listed, isPublished: boolean) => Promise<Stream>,
): Promise<Answer> {
  const { call, contentId, published } = await listings.proposed(offer);
  const { contract, args } = call;
  const { creator, videoName, token } = offer;
  const listed = { cid: args.cid, cidKey: offer.cid.key, videoName, creator, contentId, contract };
  const stream = serve && { stream: await streamOf(listed, published) };
  return {
    message: published
      ? 'File uploaded; it is published.'
      : 'File uploaded. It stays if it is published in time: sign typed_data, or send transaction.',
    ...web3Field(media),
    meta: { ...offerFields(listed, args, await tokens.describe(token)), size: media.sizeBytes },
    publish: published ? null : toSign(call, chain.chainId, nowSec()),
    expires_at: published || expiresAtSec === null ? null : isoTime(expiresAtSec),
    ...stream,
  };
}

export function web3Field({ web3Url }: Pick<AddedMedia, 'web3Url'>): { web3_url?: string } {
  return web3Url === undefined ? {} : { web3_url: web3Url };
}

/** How large a file can be in a form whose length is announced. */
function announced({ headers }: Request): { expectedBytes: number; announcedBytes: number | undefined } {
  const length = headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  return { expectedBytes: Math.max(0, (announcedBytes ?? 0) - MAX_FORM_BYTES_AROUND_FILE), announcedBytes };
}
