import { ZeroAddress } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../cid.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { route } from '../route.ts';
import { fieldProblems } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { OFFER_PROBLEMS, uploadAnswer, uploadMeta } from '../schemas/contents.ts';
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

/** `POST /upload-content`: media into storage, its terms on chain. */
export function uploadRoutes(
  { storage, config }: AppDeps,
  { present, listings, actsForWallet, limitUploads }: Shared,
): Route[] {
  /** Everything that can be wrong of the terms is found before the file is kept. */
  const parseMeta = async (json: string) => {
    const meta = validate(uploadMeta, parseJson(json));
    const offer = { ...offerOf(meta), token: meta.token ?? ZeroAddress };
    await listings.checkOffer(offer);
    return offer;
  };
  const upload = route(
    {
      method: 'post',
      path: '/upload-content',
      tag: 'Contents',
      summary: 'Uploads a file and publishes it on chain',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The same file again, by the same creator and with the same terms, is the same content.',
      form,
      answer: uploadAnswer,
      guards: [...limitUploads, actsForWallet],
      problems: [
        ...FORM_PROBLEMS,
        ...fieldProblems(uploadMeta),
        ...OFFER_PROBLEMS,
        'signature_required',
        'terms_differ',
        'contract_refused',
      ],
    },
    async ({ req }) => {
      const { meta, cid, sizeBytes } = await receiveUpload(req, {
        storage,
        maxBytes: config.maxUploadBytes,
        parseMeta,
      });
      const offer = { ...meta, cid: { text: cid, key: canonicalCid(cid) ?? cid } };
      const { listing, terms } = await listings.publishOnce(offer);
      const message = 'File uploaded successfully.';
      return { message, meta: { ...(await present.listing(listing, terms)), size: sizeBytes } };
    },
  );
  return [upload];
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
