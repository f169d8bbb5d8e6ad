import { ZeroAddress } from 'ethers';
import type { Request } from 'express';
import { z } from 'zod';
import { canonicalCid } from '../../cid.ts';
import type { MediaLibrary, StorageName } from '../../storage/library.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { route } from '../route.ts';
import { fieldProblems } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { OFFER_PROBLEMS, uploadAnswer, uploadMeta, web3UploadAnswer } from '../schemas/contents.ts';
import { receiveUpload } from '../upload.ts';
import { validate } from '../validate.ts';
import { offerOf } from './offer.ts';
import type { Shared } from './shared.ts';

/** As the documentation shows the call. */
const EXAMPLE_META =
  '{"video_name": "Sample Video", "content_creator_wallet": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "creator_share": 70, "provider_share": 30, "price": 0.001}';

const form = z.object({
  file: z.string().meta({ format: 'binary', description: 'The media, of any type' }),
  json_data: uploadMeta,
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
  'missing_field',
  'file_too_large',
  'json_data_too_large',
  'unsupported_media_type',
] as const;

const PROBLEMS = [
  ...FORM_PROBLEMS,
  ...fieldProblems(uploadMeta),
  ...OFFER_PROBLEMS,
  'signature_required',
  'terms_differ',
  'contract_refused',
  'ethstorage_failed',
] as const;

/** `POST /upload-content` and its alias: media into storage, its terms on chain. */
export function uploadRoutes(
  { storage, config }: AppDeps,
  { present, listings, actsForWallet }: Shared,
): Route[] {
  /** Everything that can be wrong of the terms is found before the file is kept. */
  const reading = (only?: StorageName) => async (json: string) => {
    const meta = validate(uploadMeta, parseJson(json));
    const offer = { ...offerOf(meta), token: meta.token ?? ZeroAddress };
    await listings.checkOffer(offer);
    return { offer, into: storageFor(only ?? meta.storage, meta.storage, storage) };
  };
  const keepAndPublish = async (req: Request, only?: StorageName) => {
    const options = { storage, maxBytes: config.maxUploadBytes, parseMeta: reading(only) };
    const received = await receiveUpload(req, { ...options, storageOf: ({ into }) => into });
    const { meta, cid, sizeBytes, web3Url } = received;
    const offer = { ...meta.offer, cid: { text: cid, key: canonicalCid(cid) ?? cid } };
    const { listing, terms } = await listings.publishOnce(offer);
    const shown = { ...(await present.listing(listing, terms)), size: sizeBytes };
    return { message: 'File uploaded successfully.', web3Url, meta: shown };
  };
  const common = {
    method: 'post',
    tag: 'Contents',
    form,
    guards: [actsForWallet],
    problems: PROBLEMS,
  } as const;
  const upload = route(
    {
      ...common,
      path: '/upload-content',
      summary: 'Uploads a file and publishes it on chain',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The same file again, by the same creator and with the same terms, is the same content.',
      answer: uploadAnswer,
    },
    async ({ req }) => {
      const { message, web3Url, meta } = await keepAndPublish(req);
      return { message, ...(web3Url !== undefined && { web3_url: web3Url }), meta };
    },
  );
  const onChain = route(
    {
      ...common,
      path: '/upload-content-web3',
      summary: 'Uploads a file to EthStorage and publishes it on chain',
      description: 'As `/upload-content` with `"storage": "ethstorage"`.',
      answer: web3UploadAnswer,
    },
    async ({ req }) => {
      const { message, web3Url = '', meta } = await keepAndPublish(req, 'ethstorage');
      return { message, web3_url: web3Url, meta };
    },
  );
  return [upload, onChain];
}

/** @param wanted by the client or the path; the host's default where there is none. */
function storageFor(
  wanted: StorageName | undefined,
  named: StorageName | undefined,
  { ethstorage }: MediaLibrary,
): StorageName | undefined {
  const field = 'storage';
  if (wanted === 'ethstorage' && ethstorage === null) {
    throw problem('bad_storage', 'This host does not offer EthStorage.', { field, example: 'ipfs' });
  }
  if (named === undefined || named === wanted) return wanted;
  throw problem('bad_storage', `This call is for ${wanted}, not ${named}.`, { field, example: wanted });
}

function parseJson(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw problem('malformed_json', 'json_data is not a JSON object.', {
    field: 'json_data',
    example: EXAMPLE_META,
  });
}
