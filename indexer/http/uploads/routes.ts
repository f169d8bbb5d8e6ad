import { z } from 'zod';
import type { Context } from '../context.ts';
import { type Route, route } from '../routing/route.ts';
import { fieldProblems } from '../routing/route-doc.ts';
import { SERVING_PROBLEMS } from '../schemas/fields/signing.ts';
import { OFFER_PROBLEMS } from '../schemas/offer.ts';
import { keepAndPublish, keepAndStage } from './keep.ts';
import {
  queuedAnswer,
  queuedStagedAnswer,
  stagedAnswer,
  uploadAnswer,
  uploadMeta,
  web3StagedAnswer,
  web3UploadAnswer,
  web3UploadMeta,
} from './schemas.ts';

const binary = (description: string) => z.string().meta({ format: 'binary', description });
const formWith = (meta: z.ZodObject) => z.object({ file: binary('The media, of any type'), json_data: meta });

const FORM_PROBLEMS = [
  'malformed_form',
  'unknown_part',
  'duplicate_part',
  'missing_part',
  'not_a_file',
  'empty_file',
  'upload_aborted',
  'json_data_first',
  'bad_poster',
  'bad_captions',
  'malformed_json',
  'inexact_number',
  'missing_field',
  'file_too_large',
  'json_data_too_large',
  'poster_too_large',
  'captions_too_large',
  'unsupported_media_type',
] as const;

const PATH = '/upload-content';
const WEB3_PATH = '/upload-content-web3';
const UPLOAD = { tag: 'Contents', formEncoding: { json_data: { contentType: 'application/json' } } } as const;
const ANYWHERE = {
  ...UPLOAD,
  form: formWith(uploadMeta).extend({
    poster: binary(
      'Of a protected upload: a picture in JPEG of at most 2 MiB; its notes on place, time and camera are not kept',
    ).optional(),
    captions: z
      .array(z.string().meta({ format: 'binary' }))
      .meta({
        description:
          'Of a protected upload: WebVTT of at most 1 MiB each, as many as `json_data` names and in that order',
      })
      .optional(),
  }),
} as const;
const PROTECTED =
  'With `"protect": true` a video is packaged first, as a directory of encrypted HLS: the answer is 202, its Location tells how far that is. Such an upload sends `json_data` before `file`.';
const LATER = 'The video waits to be packaged (`"protect": true`)';
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
  const guards = context.limitUploads;
  const spec = { guards, problems: [...UPLOAD_PROBLEMS, 'contract_refused'] } as const;
  return [
    route('post', PATH, {
      ...ANYWHERE,
      ...spec,
      summary: 'Uploads a file and publishes it on chain',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The same file again, by the same creator and with the same terms, is the same content; video_name is not part of the terms. ' +
        PROTECTED,
      answer: uploadAnswer,
      later: { meaning: LATER, answer: queuedAnswer },
      handle: ({ req, res }) => keepAndPublish(context, { req, res }),
    }),
    route('post', WEB3_PATH, {
      ...ON_CHAIN,
      ...spec,
      summary: 'Uploads a file to EthStorage and publishes it on chain',
      answer: web3UploadAnswer,
      handle: async ({ req, res }) => onChain(await keepAndPublish(context, { req, res }, 'ethstorage')),
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
  return [
    route('post', PATH, {
      ...ANYWHERE,
      ...spec,
      summary: 'Uploads a file, to be published by its creator',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The file waits, against a quota of the wallet that is signed in, until that wallet publishes it on chain: by `publish.transaction`, or by signing `publish.typed_data`. Published in time it stays, otherwise it is removed. ' +
        PROTECTED,
      answer: stagedAnswer,
      later: { meaning: LATER, answer: queuedStagedAnswer },
      handle: (input) => keepAndStage(context, input),
    }),
    route('post', WEB3_PATH, {
      ...ON_CHAIN,
      ...spec,
      summary: 'Uploads a file to EthStorage, to be published by its creator',
      answer: web3StagedAnswer,
      handle: async (input) => onChain(await keepAndStage(context, input, 'ethstorage')),
    }),
  ];
}

type Kept<Answer> = Exclude<Answer, { upload: unknown }>;

/** What EthStorage has taken is on a chain, and nothing that it takes is packaged. */
function onChain<Answer extends object>(answer: Answer): Kept<Answer> & { web3_url: string } {
  if ('upload' in answer) throw new TypeError('EthStorage has taken an upload to be packaged.');
  const kept = answer as Kept<Answer>;
  return { ...kept, web3_url: 'web3_url' in kept ? String(kept.web3_url) : '' };
}
