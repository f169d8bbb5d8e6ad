import { ZeroAddress } from 'ethers';
import { z } from 'zod';
import { canonicalCid } from '../../cid.ts';
import { problem } from '../codes.ts';
import type { AppDeps } from '../deps.ts';
import { route } from '../route.ts';
import { fieldProblems } from '../routedoc.ts';
import type { Route } from '../routespec.ts';
import { OFFER_PROBLEMS, uploadAnswer, uploadMeta } from '../schemas/contents.ts';
import { stagedAnswer } from '../schemas/uploads.ts';
import { stageUpload } from '../stage-upload.ts';
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

const UPLOAD = {
  method: 'post',
  path: '/upload-content',
  tag: 'Contents',
  form,
} as const;

const UPLOAD_PROBLEMS = [
  ...FORM_PROBLEMS,
  ...fieldProblems(uploadMeta),
  ...OFFER_PROBLEMS,
  'terms_differ',
] as const;

/** `POST /upload-content`: media into storage; its terms on chain, at once or once its creator signs. */
export function uploadRoutes(deps: AppDeps, common: Shared): Route[] {
  return [deps.config.unsigned ? publishingUpload(deps, common) : stagingUpload(deps, common)];
}

function publishingUpload({ storage, config }: AppDeps, { present, listings, limitUploads }: Shared): Route {
  /** Everything that can be wrong of the terms is found before the file is kept. */
  const parseMeta = async (json: string) => {
    const offer = parseOffer(json);
    await listings.checkOffer(offer);
    return offer;
  };
  return route(
    {
      ...UPLOAD,
      summary: 'Uploads a file and publishes it on chain',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The same file again, by the same creator and with the same terms, is the same content; video_name is not part of the terms.',
      form,
      formEncoding: { json_data: { contentType: 'application/json' } },
      answer: uploadAnswer,
      guards: limitUploads,
      problems: [...UPLOAD_PROBLEMS, 'contract_refused'],
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
}

function stagingUpload(deps: AppDeps, common: Shared): Route {
  return route(
    {
      ...UPLOAD,
      summary: 'Uploads a file, to be published by its creator',
      description:
        'The CID equals that of `ipfs add --cid-version=1`. The file waits, against a quota of the wallet that is signed in, until that wallet publishes it on chain: by `publish.transaction`, or by signing `publish.typed_data`. Published in time it stays, otherwise it is removed.',
      session: true,
      answer: stagedAnswer,
      guards: common.limitUploads,
      also: { 202: 'The file waits for its publication' },
      problems: [...UPLOAD_PROBLEMS, 'quota_exceeded', 'upload_quota_spent'],
    },
    async ({ req, res }) => {
      const answer = await stageUpload(deps, common, req, parseOffer);
      res.status(answer.publish === null ? 200 : 202);
      return answer;
    },
  );
}

/** @throws {HttpProblem} */
function parseOffer(json: string) {
  const meta = validate(uploadMeta, parseJson(json));
  return { ...offerOf(meta), token: meta.token ?? ZeroAddress };
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
