import type { Request } from 'express';
import type { z } from 'zod';
import { type Publication, toSign } from '../../contract/calls/wallet-calls.ts';
import { canonicalCid } from '../../lib/cid.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { checkForCreator, servableOf, serveForCreator } from '../routes/own-stream.ts';
import { coinFields, decimal, isoTime, percent } from '../serialize/serializer.ts';
import { MAX_FORM_BYTES_AROUND_FILE } from './multipart.ts';
import { type ReceivedUpload, receiveUpload } from './receive.ts';
import type { stagedAnswer } from './schemas.ts';
import type { UploadMeta } from './upload-meta.ts';

type Answer = Omit<z.input<typeof stagedAnswer>, 'web3_url'>;
type Terms = UploadMeta['offer'];

/** A publication from the last moment of an upload is served, too. */
const STILL_WISHED_SEC = 86_400;

/**
 * Takes an upload against the quota of the wallet that is signed in, to wait for its publication. The session is looked
 * at before the body is read.
 * @param parse reads and checks `json_data`.
 * @throws {HttpProblem} of `Gate` and `receiveUpload`; the errors of `Staging`, {PriceUnfit}, {TermsDiffer}
 */
export async function stageUpload(
  context: Context,
  req: Request,
  parse: (json: string) => UploadMeta,
): Promise<Answer & { web3Url: string | undefined }> {
  const { gate, listings } = context;
  const session = await gate.session(req);
  const parseMeta = async (json: string): Promise<UploadMeta> => {
    const meta = parse(json);
    gate.requireOwn(req, session, meta.offer.creator, 'content_creator_wallet');
    await listings.checkOffer(meta.offer);
    if (meta.serve) await checkForCreator(context, meta.offer);
    return meta;
  };
  const { received, expiresAtSec } = await stageFile(context, req, {
    wallet: session.wallet,
    parseMeta,
    async check(offer, { serve }) {
      if (serve) await checkForCreator(context, offer, offer.cid.key);
    },
  });
  const answer = await answerTo(context, req, received, expiresAtSec);
  return { ...answer, web3Url: received.web3Url };
}

interface StagedFile {
  received: ReceivedUpload<UploadMeta>;
  expiresAtSec: number;
}

/**
 * Takes a file to wait for its publication: if that does not come, the file goes.
 * @param of `wallet`: whose quota it takes, empty where only the form tells; `check` is asked before the file is kept.
 * @throws {HttpProblem} of `receiveUpload`; the errors of `Staging`
 */
export async function stageFile(
  { staging, storage, config }: Context,
  req: Request,
  of: {
    wallet: string;
    parseMeta: (json: string) => Promise<UploadMeta>;
    check?: (offer: Offer, meta: UploadMeta) => Promise<unknown>;
  },
): Promise<StagedFile> {
  const upload = await staging.begin({ wallet: of.wallet, client: clientIp(req), ...announced(req) });
  const received = await receiveUpload(req, {
    storage,
    maxBytes: config.maxUploadBytes,
    parseMeta: of.parseMeta,
    through: (content) => upload.metered(content),
    async beforeKept(media, meta) {
      const { offer, into } = meta;
      await of.check?.(offerOf(offer, media.cid), meta);
      const { creator: wallet, videoName } = offer;
      await upload.beforeKept(media, { wallet, videoName, isPaid: into === 'ethstorage' });
    },
    storageOf: ({ into }) => into,
  }).catch(async (error: unknown) => {
    await upload.giveUp();
    throw error;
  });
  return { received, expiresAtSec: await upload.stage() };
}

/** What is offered, once it is known under which CID. */
export function offerOf(terms: Terms, cid: string): Offer {
  return { ...terms, cid: { text: cid, key: canonicalCid(cid) ?? cid } };
}

async function answerTo(
  context: Context,
  req: Request,
  { cid, sizeBytes, meta }: ReceivedUpload<UploadMeta>,
  expiresAtSec: number,
): Promise<Answer> {
  const offer = offerOf(meta.offer, cid);
  const { call, contentId: content_id, published } = await context.listings.proposed(offer);
  const { contract } = call;
  const servable = servableOf(call, content_id, offer.cid.key);
  const endsAtSec = published ? undefined : expiresAtSec + STILL_WISHED_SEC;
  const stream = meta.serve && { stream: await serveForCreator(context, req, servable, endsAtSec) };
  const shown = {
    ...(await metaFields(context, meta.offer, call.args)),
    content_id,
    contract,
    size: sizeBytes,
  };
  if (published) {
    return {
      message: 'File uploaded; it is published.',
      meta: shown,
      publish: null,
      expires_at: null,
      ...stream,
    };
  }
  return {
    message: 'File uploaded. It stays if it is published in time: sign typed_data, or send transaction.',
    meta: shown,
    publish: toSign(call, context.chain.chainId, context.nowSec()),
    expires_at: isoTime(expiresAtSec),
    ...stream,
  };
}

async function metaFields({ tokens }: Context, offer: Terms, publication: Publication) {
  const coin = await tokens.describe(offer.token);
  return {
    cid: publication.cid,
    video_name: offer.videoName,
    content_creator_wallet: offer.creator,
    creator_share: percent(10_000 - offer.providerShareBps),
    provider_share: percent(offer.providerShareBps),
    price: decimal(publication.pricePerUnit, coin),
    ...coinFields(coin),
    price_base_units: publication.pricePerUnit.toString(),
  };
}

/** How large a file can be in a form whose length is announced. */
function announced({ headers }: Request): { expectedBytes: number; announcedBytes: number | undefined } {
  const length = headers['content-length'];
  const announcedBytes = length === undefined ? undefined : Number(length);
  return { expectedBytes: Math.max(0, (announcedBytes ?? 0) - MAX_FORM_BYTES_AROUND_FILE), announcedBytes };
}
