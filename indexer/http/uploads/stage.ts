import type { Request } from 'express';
import type { z } from 'zod';
import { toSign } from '../../contract/calls/wallet-calls.ts';
import { canonicalCid } from '../../lib/cid.ts';
import type { StorageName } from '../../media/library.ts';
import type { AddedMedia } from '../../media/storage.ts';
import { requireNotTakenDown } from '../../playback/takedown/taken-down.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { checkForCreator, serveForCreator } from '../routes/own-stream.ts';
import { isoTime, offerFields } from '../serialize/serializer.ts';
import { MAX_FORM_BYTES_AROUND_FILE } from './multipart.ts';
import { receiveUpload } from './receive.ts';
import type { stagedAnswer } from './schemas.ts';
import { parseUploadMeta, type UploadMeta } from './upload-meta.ts';

type Answer = z.input<typeof stagedAnswer>;

/** A publication from the last moment of an upload is served, too. */
const STILL_WISHED_SEC = 86_400;

/**
 * Takes an upload against the quota of the wallet that is signed in, to wait for its publication. The session is looked
 * at before the body is read.
 * @param only the storage that the path asks for.
 * @throws {HttpProblem} of `Gate` and `receiveUpload`; the errors of `Staging`, {PriceUnfit}, {TermsDiffer}
 */
export async function stageUpload(context: Context, req: Request, only?: StorageName): Promise<Answer> {
  const { gate } = context;
  const session = await gate.session(req);
  const staged = await stageFile(context, req, {
    only,
    wallet: session.wallet,
    requireCreator: (creator) => gate.requireOwn(req, session, creator, 'content_creator_wallet'),
  });
  return await answerTo(context, req, staged);
}

interface StagedFile {
  /** The file. */
  media: AddedMedia;
  offer: Offer & { token: string };
  /** This host is to serve it. */
  serve: boolean;
  expiresAtSec: number;
}

interface StagingRules {
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
 * before it is kept.
 * @throws {HttpProblem} of `receiveUpload`; the errors of `Staging`
 */
export async function stageFile(
  context: Context,
  req: Request,
  { only, wallet, requireCreator, check }: StagingRules,
): Promise<StagedFile> {
  const { staging, storage, store, config, listings } = context;
  const upload = await staging.begin({ wallet, client: clientIp(req), ...announced(req) });
  const received = await receiveUpload(req, {
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
      await requireNotTakenDown(store, offer.cid.key);
      await check?.(offer);
      if (serve) await checkForCreator(context, offer, offer.cid.key);
      const { creator: wallet, videoName } = offer;
      await upload.beforeKept(media, { wallet, videoName, isPaid: into === 'ethstorage' });
    },
    storageOf: ({ into }) => into,
  }).catch(async (error: unknown) => {
    await upload.giveUp();
    throw error;
  });
  const { meta, ...media } = received;
  const offer = offerOf(meta.offer, media.cid);
  return { media, offer, serve: meta.serve, expiresAtSec: await upload.stage() };
}

/** What is offered, once it is known under which CID. */
function offerOf<Terms extends UploadMeta['offer']>(terms: Terms, cid: string) {
  return { ...terms, cid: { text: cid, key: canonicalCid(cid) ?? cid } };
}

async function answerTo(
  context: Context,
  req: Request,
  { media, offer, serve, expiresAtSec }: StagedFile,
): Promise<Answer> {
  const { listings, tokens, chain, nowSec } = context;
  const { call, contentId, published } = await listings.proposed(offer);
  const { contract, args } = call;
  const { creator, videoName, token } = offer;
  const listed = { cid: args.cid, cidKey: offer.cid.key, videoName, creator, contentId, contract };
  const endsAtSec = published ? undefined : expiresAtSec + STILL_WISHED_SEC;
  const stream = serve && { stream: await serveForCreator(context, req, listed, endsAtSec) };
  return {
    message: published
      ? 'File uploaded; it is published.'
      : 'File uploaded. It stays if it is published in time: sign typed_data, or send transaction.',
    ...web3Field(media),
    meta: { ...offerFields(listed, args, await tokens.describe(token)), size: media.sizeBytes },
    publish: published ? null : toSign(call, chain.chainId, nowSec()),
    expires_at: published ? null : isoTime(expiresAtSec),
    ...stream,
  };
}

export function web3Field({ web3Url }: AddedMedia): { web3_url?: string } {
  return web3Url === undefined ? {} : { web3_url: web3Url };
}

/** How large a file can be in a form whose length is announced. */
function announced({ headers }: Request): { expectedBytes: number; announcedBytes: number | undefined } {
  const length = headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  return { expectedBytes: Math.max(0, (announcedBytes ?? 0) - MAX_FORM_BYTES_AROUND_FILE), announcedBytes };
}
