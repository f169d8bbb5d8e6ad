import { z } from 'zod';
import { STORAGE_NAMES } from '../../media/library.ts';
import { coinShape, message, out } from '../schemas/answers.ts';
import { documentedColumns, onChainColumns, ownStream } from '../schemas/contents.ts';
import { cid, EXAMPLE, namedObject, wallet } from '../schemas/fields/fields.ts';
import { metadata, serve } from '../schemas/fields/listing-fields.ts';
import { transactionSchema, typedDataSchema } from '../schemas/fields/signing.ts';
import {
  captions,
  captionsLanguage,
  previewSec,
  protect,
  uploadFields,
  uploadId,
} from '../schemas/fields/uploads.ts';
import { offer, sharesAddUp } from '../schemas/offer.ts';

const storage = z.enum(STORAGE_NAMES, 'A storage is ipfs or ethstorage.').meta({
  'x-code': 'bad_storage',
  description: "Where the file goes; by default the host's choice",
  example: 'ipfs',
});

export const uploadMeta = z
  .strictObject({
    ...offer,
    storage: storage.optional(),
    metadata: metadata.optional(),
    serve: serve.optional(),
    protect: protect.optional(),
    preview_sec: previewSec.optional(),
    captions: captions.optional(),
  })
  .superRefine(sharesAddUp)
  .meta({ id: 'UploadMeta' });

/** Where the path says it already, it may be said again. */
export const web3UploadMeta = z
  .strictObject({
    ...offer,
    storage: z
      .literal('ethstorage')
      .optional()
      .meta({ 'x-code': 'bad_storage', description: 'As the path says', example: 'ethstorage' }),
    metadata: metadata.optional(),
    serve: serve.optional(),
  })
  .superRefine(sharesAddUp)
  .meta({ id: 'Web3UploadMeta' });

export const web3Url = z.string().meta({
  description: 'The file on its chain (ERC-4804); where it is on EthStorage',
  example: `web3://${EXAMPLE.contract}:11155111/${EXAMPLE.cid}`,
});

const size = z.int().meta({ description: 'Bytes of the file', example: 318_402 });
const expiresAt = out.time.meta({ description: 'Until when it has to be published' });

/** What a wallet signs, or sends instead: see `POST /contents`. */
const toSign = z.strictObject({ typed_data: typedDataSchema, transaction: transactionSchema });

export const uploadAnswer = namedObject('UploadAnswer', {
  message: message('File uploaded successfully.'),
  web3_url: web3Url.optional(),
  meta: z.strictObject({
    ...documentedColumns,
    ...onChainColumns,
    size,
  }),
  stream: ownStream,
});

export const web3UploadAnswer = uploadAnswer.extend({ web3_url: web3Url }).meta({ id: 'Web3UploadAnswer' });

export const stagedAnswer = namedObject('StagedUploadAnswer', {
  message: message(
    'File uploaded. It stays if it is published in time: sign typed_data, or send transaction.',
  ),
  web3_url: web3Url.optional(),
  meta: z.strictObject({
    ...documentedColumns,
    ...coinShape,
    price_base_units: out.baseUnits,
    content_id: out.contentId,
    contract: out.contract,
    size,
  }),
  publish: toSign.nullable().meta({ description: 'Null where it is published already' }),
  expires_at: expiresAt.nullable(),
  stream: ownStream,
});

export const web3StagedAnswer = stagedAnswer
  .extend({ web3_url: web3Url })
  .meta({ id: 'StagedWeb3UploadAnswer' });

const packagingProblem = z
  .strictObject({
    code: z.string().meta({ description: 'As of other problems', example: 'codec_not_playable' }),
    detail: z.string().meta({ example: 'The video has the codec theora, which no browser plays.' }),
  })
  .nullable()
  .meta({ description: 'Why it is not packaged; null unless it has failed' });

/** An upload that is packaged before it is kept. @param result what the upload is answered with where nothing is packaged */
const queued = <Result extends z.ZodType>(id: string, result: Result) =>
  namedObject(id, {
    message: message('The video waits to be packaged.'),
    upload: z.strictObject({
      ...uploadFields,
      problem: packagingProblem,
      result: result
        .nullable()
        .meta({ description: 'What an upload is answered with; null until it is packaged' }),
    }),
  });
export const queuedAnswer = queued('QueuedUpload', uploadAnswer);
export const queuedStagedAnswer = queued('QueuedStagedUpload', stagedAnswer);

export const uploadParams = z.strictObject({ id: uploadId });
export const captionsParams = z.strictObject({ id: uploadId, language: captionsLanguage });

const ofWallet = { wallet: wallet(EXAMPLE.creator, 'The wallet that is signed in') };
export const ownParams = z.strictObject(ofWallet);
export const ownUploadParams = z.strictObject({ ...ofWallet, cid });

export const uploadsAnswer = namedObject('StagedUploads', {
  receiving: z
    .array(
      z.strictObject({
        id: uploadId,
        video_name: z.string().meta({ example: 'Sample Video' }),
        size,
        offset: z.int().meta({ description: 'Bytes that have arrived', example: 65_536 }),
        captions: uploadFields.captions,
        expires_at: out.time.meta({ description: 'Until when all of it has to be here' }),
      }),
    )
    .meta({ description: 'Resumable uploads that are not finished' }),
  packaging: z
    .array(
      z.strictObject({
        ...uploadFields,
        video_name: z.string().meta({ example: 'Sample Video' }),
        problem: packagingProblem,
      }),
    )
    .meta({ description: 'What is not packaged yet, or has failed lately; see GET /uploads/{id}' }),
  uploads: z.array(
    z.strictObject({
      cid: out.cid,
      video_name: z.string().meta({ example: 'Sample Video' }),
      size,
      uploaded_at: out.time,
      expires_at: expiresAt,
    }),
  ),
});

export const captionsAnswer = namedObject('CaptionsTaken', { message: message('Captions taken.') });

export const posterAnswer = namedObject('PosterTaken', { message: message('Poster taken.') });

export const removedAnswer = namedObject('UploadRemoved', {
  message: message('Upload removed.'),
  cid: out.cid,
});
