import type { Request, Response } from 'express';
import { z } from 'zod';
import type { StorageName } from '../../media/library.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { Context } from '../context.ts';
import { serveForCreator } from '../routes/own-stream.ts';
import { type Route, route } from '../routing/route.ts';
import { fieldProblems } from '../routing/route-doc.ts';
import { SERVING_PROBLEMS } from '../schemas/fields/signing.ts';
import { OFFER_PROBLEMS } from '../schemas/offer.ts';
import {
  stagedAnswer,
  uploadAnswer,
  uploadMeta,
  web3StagedAnswer,
  web3UploadAnswer,
  web3UploadMeta,
} from './schemas.ts';
import { stageFile, stageUpload, web3Field } from './stage.ts';

const formWith = (meta: z.ZodObject) =>
  z.object({
    file: z.string().meta({ format: 'binary', description: 'The media, of any type' }),
    json_data: meta,
  });

const FORM_PROBLEMS = [
  'malformed_form',
  'unknown_part',
  'duplicate_part',
  'missing_part',
  'not_a_file',
  'empty_file',
  'upload_aborted',
  'malformed_json',
  'inexact_number',
  'missing_field',
  'file_too_large',
  'json_data_too_large',
  'unsupported_media_type',
] as const;

const PATH = '/upload-content';
const WEB3_PATH = '/upload-content-web3';
const UPLOAD = { tag: 'Contents', formEncoding: { json_data: { contentType: 'application/json' } } } as const;
const ANYWHERE = { ...UPLOAD, form: formWith(uploadMeta) } as const;
const ON_CHAIN = {
  ...UPLOAD,
  form: formWith(web3UploadMeta),
  description: `As \`${PATH}\` with \`"storage": "ethstorage"\`.`,
} as const;

const UPLOAD_PROBLEMS = [
  ...FORM_PROBLEMS,
  ...fieldProblems(uploadMeta),
  ...OFFER_PROBLEMS,
  ...SERVING_PROBLEMS,
  'terms_differ',
  'ethstorage_failed',
] as const;

/** `POST /upload-content` and its alias: media into storage; its terms on chain, at once or once its creator signs. */
export function uploadRoutes(context: Context): Route[] {
  return context.config.unsigned ? publishingUploads(context) : stagingUploads(context);
}

function publishingUploads(context: Context): Route[] {
  const { serializer, listings, limitUploads: guards } = context;
  /** A host that ends between keeping and publishing leaves an upload that waits, as it does on other chains. */
  const keepAndPublish = async (req: Request, only?: StorageName) => {
    const check = (offer: Offer) => listings.proposed(offer);
    const { media, offer, serve } = await stageFile(context, req, { only, wallet: '', check });
    const { listing, terms } = await listings.publishOnce(offer);
    const stream = serve && { stream: await serveForCreator(context, req, listing) };
    const shown = { ...(await serializer.listing(listing, terms)), size: media.sizeBytes };
    return { message: 'File uploaded successfully.', ...web3Field(media), meta: shown, ...stream };
  };

  const spec = { guards, problems: [...UPLOAD_PROBLEMS, 'contract_refused'] } as const;
  return [
    route('post', PATH, {
      ...ANYWHERE,
      ...spec,
      summary: 'Uploads a file and publishes it on chain',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The same file again, by the same creator and with the same terms, is the same content; video_name is not part of the terms.',
      answer: uploadAnswer,
      handle: ({ req }) => keepAndPublish(req),
    }),
    route('post', WEB3_PATH, {
      ...ON_CHAIN,
      ...spec,
      summary: 'Uploads a file to EthStorage and publishes it on chain',
      answer: web3UploadAnswer,
      handle: async ({ req }) => onChain(await keepAndPublish(req, 'ethstorage')),
    }),
  ];
}

function stagingUploads(context: Context): Route[] {
  const spec = {
    session: true,
    guards: context.limitUploads,
    also: { 202: 'The file waits for its publication' },
    problems: [...UPLOAD_PROBLEMS, 'quota_exceeded', 'upload_quota_spent'],
  } as const;
  const keepAndStage = async ({ req, res }: { req: Request; res: Response }, only?: StorageName) => {
    const answer = await stageUpload(context, req, only);
    res.status(answer.publish === null ? 200 : 202);
    return answer;
  };
  return [
    route('post', PATH, {
      ...ANYWHERE,
      ...spec,
      summary: 'Uploads a file, to be published by its creator',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The file waits, against a quota of the wallet that is signed in, until that wallet publishes it on chain: by `publish.transaction`, or by signing `publish.typed_data`. Published in time it stays, otherwise it is removed.',
      answer: stagedAnswer,
      handle: (input) => keepAndStage(input),
    }),
    route('post', WEB3_PATH, {
      ...ON_CHAIN,
      ...spec,
      summary: 'Uploads a file to EthStorage, to be published by its creator',
      answer: web3StagedAnswer,
      handle: async (input) => onChain(await keepAndStage(input, 'ethstorage')),
    }),
  ];
}

/** What EthStorage has taken is on a chain. */
function onChain<Answer extends { web3_url?: string | undefined }>(
  answer: Answer,
): Answer & { web3_url: string } {
  return { ...answer, web3_url: answer.web3_url ?? '' };
}
