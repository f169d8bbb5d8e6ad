import { z } from 'zod';
import { coinShape, message, out } from '../schemas/answers.ts';
import { documented, ownStream, web3Url } from '../schemas/contents.ts';
import { EXAMPLE } from '../schemas/fields/examples.ts';
import { cid, wallet } from '../schemas/fields/fields.ts';
import { transactionSchema, typedDataSchema } from '../schemas/fields/signing.ts';

const size = z.int().meta({ description: 'Bytes of the file', example: 318_402 });
const expiresAt = out.time.meta({ description: 'Until when it has to be published' });

/** What a wallet signs, or sends instead: see `POST /contents`. */
const toSign = z.strictObject({ typed_data: typedDataSchema, transaction: transactionSchema });

export const stagedAnswer = z
  .strictObject({
    message: message(
      'File uploaded. It stays if it is published in time: sign typed_data, or send transaction.',
    ),
    web3_url: web3Url.optional(),
    meta: z.strictObject({
      ...documented,
      ...coinShape,
      price_base_units: out.baseUnits,
      content_id: out.contentId,
      contract: out.contract,
      size,
    }),
    publish: toSign.nullable().meta({ description: 'Null where it is published already' }),
    expires_at: expiresAt.nullable(),
    stream: ownStream,
  })
  .meta({ id: 'StagedUploadAnswer' });

export const web3StagedAnswer = stagedAnswer
  .extend({ web3_url: web3Url })
  .meta({ id: 'StagedWeb3UploadAnswer' });

const ofWallet = { wallet: wallet(EXAMPLE.creator, 'The wallet that is signed in') };
export const ownParams = z.strictObject(ofWallet);
export const ownUploadParams = z.strictObject({ ...ofWallet, cid });

export const uploadsAnswer = z
  .strictObject({
    uploads: z.array(
      z.strictObject({
        cid: out.cid,
        video_name: z.string().meta({ example: 'Sample Video' }),
        size,
        uploaded_at: out.time,
        expires_at: expiresAt,
      }),
    ),
  })
  .meta({ id: 'StagedUploads' });

export const removedAnswer = z
  .strictObject({ message: message('Upload removed.'), cid: out.cid })
  .meta({ id: 'UploadRemoved' });
