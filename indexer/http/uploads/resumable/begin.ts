import type { Request } from 'express';
import type { Context } from '../../context.ts';
import { clientIp } from '../../middleware/client-ip.ts';
import { checkForCreator } from '../../routes/own-stream.ts';
import { parseUploadMeta } from '../upload-meta.ts';
import { lengthIn, metadataIn } from './tus-headers.ts';

/**
 * Begins an upload, as far as its terms are those of one that comes in one piece, and there is room for all of it.
 * @returns its id. @throws {HttpProblem} of `Gate`, `parseUploadMeta` and the headers; the errors of `ResumableIntake`, {PriceUnfit},
 *   {ServingRefused}
 */
export async function beginUpload(context: Context, req: Request): Promise<string> {
  const { config, gate, listings, resumable, storage } = context;
  const session = config.unsigned ? null : await gate.session(req);
  const sizeBytes = lengthIn(req, config.maxUploadBytes);
  const { text: metadata, json } = metadataIn(req);
  const { offer, into, serve, protection, captions } = parseUploadMeta(json, storage);
  const { creator: owner, videoName } = offer;
  if (session !== null) gate.requireOwn(req, session, owner, 'content_creator_wallet');
  await listings.checkOffer(offer);
  if (serve) await checkForCreator(context, offer);
  const { previewSec = 0, isFree = true } = protection ?? {};
  return await resumable.begin({
    ...{ wallet: session?.wallet ?? '', client: clientIp(req), sizeBytes, metadata },
    asked: {
      ...{ owner, videoName, serve, previewSec, isFree, captions, offer: JSON.stringify(offer) },
      keptIn: protection === null ? into : null,
    },
  });
}
