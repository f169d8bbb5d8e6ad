import { ZeroAddress } from 'ethers';
import type { z } from 'zod';
import { toBaseUnits } from '../../lib/money.ts';
import type { MediaLibrary, StorageName } from '../../media/library.ts';
import type { Offer } from '../../publishing/publication.ts';
import type { CaptionsTrack } from '../../uploads/captions.ts';
import { parseObject } from '../middleware/json.ts';
import { problem } from '../problems/codes.ts';
import { validate } from '../routing/validate.ts';
import { offerOf } from '../schemas/offer.ts';
import { uploadMeta } from './schemas.ts';

/** What `json_data` of an upload says. */
export interface UploadMeta {
  offer: Omit<Offer, 'cid'> & { token: string };
  /** Where the file goes. */
  into: StorageName;
  /** This host is to serve it. */
  serve: boolean;
  /** It is to be packaged: so much of its start is free, or, at no price, all of it. `null`: it is kept as it is. */
  protection: { previewSec: number; isFree: boolean } | null;
  /** Whose texts come with it. */
  captions: readonly CaptionsTrack[];
}

/** As many as a price can have. */
const MAX_DECIMALS = 60;

/** As the documentation shows the call. */
export const EXAMPLE_META =
  '{"video_name": "Sample Video", "content_creator_wallet": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "creator_share": 70, "provider_share": 30, "price": 0.001}';

/**
 * @param only the storage that the path asks for.
 * @throws {HttpProblem} 400 `malformed_json`, `bad_storage`, `bad_preview`, `bad_captions` and those of its fields
 */
export function parseUploadMeta(
  json: string,
  storage: Pick<MediaLibrary, 'ethstorage' | 'default'>,
  only?: StorageName,
): UploadMeta {
  const meta = validate(uploadMeta, parseJson(json));
  const protection = protectionOf(meta);
  const into = protection ? 'ipfs' : (only ?? meta.storage ?? storage.default);
  if (protection) requireDirectories(only ?? meta.storage);
  else requireOffered(into, meta.storage, storage);
  const isProtected = protection !== null && !protection.isFree;
  const { token = ZeroAddress, metadata, captions = [] } = meta;
  const offer = { ...offerOf(meta), token, metadata, isProtected };
  return { offer, into, serve: meta.serve ?? false, protection, captions };
}

function protectionOf({ protect, preview_sec, captions, price }: z.output<typeof uploadMeta>) {
  if (protect !== true && captions !== undefined && captions.length > 0) {
    const detail = 'Captions go with "protect": true: the CID of any other file is that of the file alone.';
    throw problem('bad_captions', detail, { field: 'captions' });
  }
  if (protect !== true && preview_sec !== undefined) {
    const detail = 'preview_sec goes with "protect": true: of any other file nothing is hidden.';
    throw problem('bad_preview', detail, { field: 'preview_sec' });
  }
  if (protect !== true) return null;
  return { previewSec: preview_sec ?? 0, isFree: toBaseUnits(price, MAX_DECIMALS) === 0n };
}

function requireDirectories(storage: StorageName | undefined): void {
  if (storage !== 'ethstorage') return;
  const detail = 'A protected video becomes a directory, which EthStorage does not take: it goes to IPFS.';
  throw problem('bad_storage', detail, { field: 'storage', example: 'ipfs' });
}

function requireOffered(
  wanted: StorageName,
  named: StorageName | undefined,
  { ethstorage }: Pick<MediaLibrary, 'ethstorage'>,
): void {
  const field = 'storage';
  if (wanted === 'ethstorage' && ethstorage === null) {
    throw problem('bad_storage', 'This host does not offer EthStorage.', { field, example: 'ipfs' });
  }
  if (named === undefined || named === wanted) return;
  throw problem('bad_storage', `This call is for ${wanted}, not ${named}.`, { field, example: wanted });
}

function parseJson(json: string): object {
  try {
    return parseObject(json);
  } catch (cause) {
    const more = { field: 'json_data', example: EXAMPLE_META, cause };
    throw problem('malformed_json', 'json_data is not a JSON object.', more);
  }
}
