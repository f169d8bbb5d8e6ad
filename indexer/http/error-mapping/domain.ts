import { BadArchive } from '../../media/car/errors.ts';
import { EthStorageError } from '../../media/ethstorage/errors.ts';
import { MediaTooLarge } from '../../media/storage.ts';
import { BlockMissing } from '../../media/unixfs/storage-blocks.ts';
import { ContentUnknown, NotServedBy, ViewInFuture } from '../../payouts/report-view.ts';
import { NotOffered } from '../../playback/errors.ts';
import { CidDiffers } from '../../playback/providing.ts';
import { ServingRefused } from '../../playback/serving-errors.ts';
import {
  ContentUnlisted,
  ListingAmbiguous,
  MinuteNotSold,
  NotServing,
  PriceUnfit,
  TermsDiffer,
} from '../../publishing/errors.ts';
import { MediaInUse } from '../../publishing/removal.ts';
import {
  CaptionsMissing,
  QuotaExceeded,
  type QuotaPart,
  QuotaSpent,
  UploadBusy,
} from '../../uploads/errors.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { EXAMPLE } from '../schemas/fields/fields.ts';
import { isoTime } from '../serialize/iso-time.ts';
import { tooLarge } from '../uploads/multipart.ts';
import { CHANNEL_ERRORS } from './channels.ts';
import { KEY_GRANT_ERRORS } from './key-grants.ts';
import { type Mapping, mapping, type Told, told } from './mapping.ts';
import { PLAYBACK_ERRORS } from './playback.ts';
import { SALE_ERRORS } from './sale.ts';
import { SIGNING_ERRORS } from './signing.ts';

/** What the domain's own errors are to a client. */
const ERRORS: readonly Mapping[] = [
  mapping(TermsDiffer, termsDiffer),
  mapping(ListingAmbiguous, ambiguous),
  mapping(PriceUnfit, (error) => told(UNFIT[error.reason], error)),
  mapping(ContentUnlisted, unknownContent),
  mapping(ContentUnknown, unknownContent),
  mapping(MinuteNotSold, (error) => told(['minute_not_sold', 'unit', 'view'], error)),
  mapping(NotServing, (error) => told(['unknown_stream', 'content_distributor_wallet'], error)),
  mapping(NotServedBy, (error) => told(['not_served_by', 'provider_wallet'], error)),
  mapping(ViewInFuture, (error) =>
    told(['timestamp_in_future', 'timestamp', isoTime(error.latestSec)], error),
  ),
  mapping(CidDiffers, (error) => told(['cid_differs', 'cid'], error)),
  mapping(BadArchive, (error) => told(['bad_archive', 'cid'], error)),
  mapping(MediaInUse, (error) => told(['media_in_use', 'cid'], error)),
  mapping(MediaTooLarge, ({ maxBytes }) => tooLarge('file', maxBytes)),
  mapping(BlockMissing, ({ cid }, { storage }) => {
    const none = storage.ethstorage ? ' Files on EthStorage have no blocks.' : '';
    return problem('media_not_found', `The block ${cid} is not on this host.${none}`, { field: 'cid' });
  }),
  mapping(NotOffered, (error) => told(['not_offered', 'cid'], error)),
  mapping(ServingRefused, (error) => told(NOT_SERVED[error.objection], error)),
  mapping(QuotaExceeded, quotaExceeded),
  mapping(QuotaSpent, quotaSpent),
  mapping(UploadBusy, (error) => told(['upload_busy', 'id'], error)),
  mapping(CaptionsMissing, (error) => told(['captions_missing', 'captions'], error)),
  mapping(EthStorageError, ({ message, retryable }) =>
    problem(retryable ? 'unavailable' : 'ethstorage_failed', `${message}.`),
  ),
  ...PLAYBACK_ERRORS,
  ...KEY_GRANT_ERRORS,
  ...CHANNEL_ERRORS,
  ...SALE_ERRORS,
  ...SIGNING_ERRORS,
];

/** @returns undefined for any other error. */
export async function domainProblem(error: unknown, context: Context): Promise<HttpProblem | undefined> {
  return await ERRORS.find(({ type }) => error instanceof type)?.toProblem(error as never, context);
}

const UNFIT: Record<PriceUnfit['reason'], Told> = {
  decimals: ['price_decimals', 'price', '0.001'],
  too_large: ['price_too_large', 'price', '0.001'],
  token: ['bad_token', 'token', EXAMPLE.native],
};
const NOT_SERVED: Record<ServingRefused['objection'], Told> = {
  'not set up': ['serving_not_set_up', 'serve'],
  'not allowed': ['serving_not_allowed', 'serve'],
  'for another': ['served_for_another', 'cid'],
  'not here': ['media_not_found', 'cid'],
  'no keys': ['secret_unknown', 'cid'],
};
/** As the settings call them. */
const QUOTAS: Record<QuotaPart, string> = {
  walletBytes: 'wallet_bytes',
  walletUploads: 'wallet_files',
  hostBytes: 'staged_bytes',
  clientDayBytes: 'ip_day_bytes',
  clientDayUploads: 'ip_day_files',
  chainDayBytes: 'ethstorage_day_bytes',
};

/** Its example is a content that is listed. */
async function unknownContent(error: Error, { store, nowSec }: Context): Promise<HttpProblem> {
  const { rows } = await store.searchContents({ nowSec: nowSec(), isShown: true, limit: 1 });
  return told(['unknown_content', 'cid', rows[0]?.cid], error);
}

async function termsDiffer({ message, listing, inForce, differing }: TermsDiffer, { serializer }: Context) {
  const { creator_share, provider_share, price, token } = await serializer.listing(listing, inForce);
  const { unit } = inForce;
  const field = TERM_FIELDS[differing];
  const example = { price, provider_share, unit }[field];
  const terms = { creator_share, provider_share, price, token, ...(field === 'unit' && { unit }) };
  const detail = `${message} In force: ${price} a ${unit}, ${creator_share} % to the creator and ${provider_share} % to the provider.`;
  return problem('terms_differ', detail, { field, example, extra: { terms } });
}

const TERM_FIELDS = { pricePerUnit: 'price', providerShareBps: 'provider_share', unit: 'unit' } as const;

async function ambiguous({ message, candidates }: ListingAmbiguous, { serializer }: Context) {
  const shown = await Promise.all(candidates.map((row) => serializer.content(row)));
  const extra = { candidates: shown };
  return problem('ambiguous_listing', message, { field: 'token', example: shown[0]?.token, extra });
}

function quotaExceeded({ message, quota, limitBytes }: QuotaExceeded): HttpProblem {
  const extra = { quota: QUOTAS[quota], max_bytes: limitBytes };
  return problem('quota_exceeded', message, { field: 'file', extra });
}

function quotaSpent({ message, quota, limit, left, retryAfterSec }: QuotaSpent): HttpProblem {
  const extra = { quota: QUOTAS[quota], limit, left, retry_after_sec: retryAfterSec };
  return problem('upload_quota_spent', message, { field: 'file', extra });
}
