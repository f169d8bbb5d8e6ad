import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { StorageName } from '../../media/library.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { Packaging } from '../../store/book.ts';
import type { Context } from '../context.ts';
import { clientIp } from '../middleware/client-ip.ts';
import { serveForCreator, wishedUntil } from '../routes/own-stream.ts';
import { packagedAnswer, packagedStagedAnswer } from './packaged.ts';
import type { queuedAnswer, queuedStagedAnswer, stagedAnswer, uploadAnswer } from './schemas.ts';
import { type QueuedFile, stagedAnswerTo, stageFile, web3Field } from './stage.ts';

interface Call {
  req: Request;
  res: Response;
}

/**
 * Takes an upload and publishes it; a protected one is published when it is packaged. A host that ends between keeping and
 * publishing leaves an upload that waits, as it does on other chains.
 * @throws {HttpProblem} of `stageFile`
 */
export async function keepAndPublish(
  context: Context,
  { req, res }: Call,
  only?: StorageName,
): Promise<z.input<typeof uploadAnswer> | z.input<typeof queuedAnswer>> {
  const { serializer, listings } = context;
  const check = (offer: Offer) => listings.proposed(offer);
  const file = await stageFile(context, req, { only, wallet: '', check });
  if ('queuedAs' in file) return await packagedAnswer(context, await queuedUpload(context, res, file));
  const { listing, terms } = await listings.publishOnce(file.offer);
  const stream = file.serve && { stream: await serveForCreator(context, clientIp(req), listing) };
  const shown = { ...(await serializer.listing(listing, terms)), size: file.media.sizeBytes };
  return { message: 'File uploaded successfully.', ...web3Field(file.media), meta: shown, ...stream };
}

/**
 * Takes an upload against the quota of the wallet that is signed in, to wait for its publication. The session is looked
 * at before the body is read.
 * @param only the storage that the path asks for.
 * @throws {HttpProblem} of `Gate` and `stageFile`; the errors of `Staging`, {PriceUnfit}, {TermsDiffer}
 */
export async function keepAndStage(
  context: Context,
  { req, res }: Call,
  only?: StorageName,
): Promise<z.input<typeof stagedAnswer> | z.input<typeof queuedStagedAnswer>> {
  const { gate } = context;
  const session = await gate.session(req);
  const file = await stageFile(context, req, {
    only,
    wallet: session.wallet,
    requireCreator: (creator) => gate.requireOwn(req, session, creator, 'content_creator_wallet'),
  });
  if ('queuedAs' in file) {
    const answer = await packagedStagedAnswer(context, await queuedUpload(context, res, file));
    if (answer === null) throw new Error(`the upload ${file.queuedAs} is over as soon as it is queued`);
    return answer;
  }
  const wishedUntilSec = wishedUntil(file.expiresAtSec);
  const answer = await stagedAnswerTo(context, file, (listed, isPublished) =>
    serveForCreator(context, clientIp(req), listed, isPublished ? undefined : wishedUntilSec),
  );
  res.status(answer.publish === null ? 200 : 202);
  return answer;
}

/** @returns the upload as the answer shows it, which also says where to ask again. */
async function queuedUpload(
  { packaging }: Context,
  res: Response,
  { queuedAs: id }: QueuedFile,
): Promise<Packaging> {
  const upload = await packaging.find(id);
  if (upload === null) throw new Error(`the upload ${id} is queued and not known`);
  res.status(202).setHeader('Location', `/uploads/${id}`);
  return upload;
}
