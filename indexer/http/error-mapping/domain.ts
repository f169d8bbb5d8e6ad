import { messageOf } from '../../lib/errors.ts';
import { EthStorageError } from '../../media/ethstorage/errors.ts';
import { MediaTooLarge } from '../../media/storage.ts';
import { ContentUnknown, NotServedBy, ViewInFuture } from '../../payouts/report-view.ts';
import { NotOffered } from '../../playback/errors.ts';
import { CidDiffers } from '../../playback/providing.ts';
import {
  ContentUnlisted,
  ListingAmbiguous,
  MinuteNotSold,
  NotServing,
  PriceUnfit,
  TermsDiffer,
} from '../../publishing/errors.ts';
import { MediaInUse } from '../../publishing/removal.ts';
import type { AppDeps } from '../deps.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { EXAMPLE } from '../schemas/fields/examples.ts';
import { type createSerializer, isoTime } from '../serialize/serializer.ts';
import { tooLarge } from '../uploads/multipart.ts';
import { playProblem } from './playback.ts';
import { servingProblem } from './serving.ts';
import { signingProblem } from './signing.ts';
import { stagingProblem } from './uploads.ts';

type Domain = Pick<AppDeps, 'chain' | 'store' | 'provider' | 'tokens' | 'nowSec'> & {
  serializer: ReturnType<typeof createSerializer>;
};

/** What the domain's own errors are to a client; undefined for any other error. */
export async function domainProblem(error: unknown, deps: Domain): Promise<HttpProblem | undefined> {
  if (error instanceof TermsDiffer) return await termsDiffer(error, deps);
  if (error instanceof ListingAmbiguous) return await ambiguous(error, deps);
  if (error instanceof PriceUnfit) return unfitPrice(error);
  if (error instanceof ContentUnlisted || error instanceof ContentUnknown) {
    return await unknownContent(error, deps);
  }
  if (error instanceof MediaTooLarge) return tooLarge('file', error.maxBytes);
  if (error instanceof EthStorageError) {
    return problem(error.retryable ? 'unavailable' : 'ethstorage_failed', `${error.message}.`);
  }
  if (error instanceof ViewInFuture) {
    const example = isoTime(error.latestSec);
    return problem('timestamp_in_future', error.message, { field: 'timestamp', example });
  }
  return (
    plainProblem(error) ??
    stagingProblem(error) ??
    servingProblem(error) ??
    playProblem(error, deps) ??
    (await signingProblem(error, deps))
  );
}

/** Errors whose message says all. */
const PLAIN = [
  [MinuteNotSold, 'minute_not_sold', { field: 'unit', example: 'view' }],
  [NotServing, 'unknown_stream', { field: 'content_distributor_wallet' }],
  [NotServedBy, 'not_served_by', { field: 'provider_wallet' }],
  [CidDiffers, 'cid_differs', { field: 'cid' }],
  [MediaInUse, 'media_in_use', { field: 'cid' }],
  [NotOffered, 'not_offered', { field: 'cid' }],
] as const;

function plainProblem(error: unknown): HttpProblem | undefined {
  const [, code, more] = PLAIN.find(([type]) => error instanceof type) ?? [];
  return code && problem(code, messageOf(error), more);
}

/** Its example is a content that is listed. */
async function unknownContent({ message }: Error, { store, nowSec }: Domain): Promise<HttpProblem> {
  const { rows } = await store.searchContents({ nowSec: nowSec(), limit: 1 });
  return problem('unknown_content', message, { field: 'cid', example: rows[0]?.cid });
}

async function termsDiffer({ message, listing, inForce, differing }: TermsDiffer, { serializer }: Domain) {
  const { creator_share, provider_share, price, token } = await serializer.listing(listing, inForce);
  const { unit } = inForce;
  const field = TERM_FIELDS[differing];
  const example = { price, provider_share, unit }[field];
  const terms = { creator_share, provider_share, price, token, ...(field === 'unit' && { unit }) };
  const detail = `${message} In force: ${price} a ${unit}, ${creator_share} % to the creator and ${provider_share} % to the provider.`;
  return problem('terms_differ', detail, { field, example, extra: { terms } });
}

const TERM_FIELDS = {
  pricePerUnit: 'price',
  providerShareBps: 'provider_share',
  unit: 'unit',
} as const;

async function ambiguous({ message, candidates }: ListingAmbiguous, { serializer }: Domain) {
  const shown = await Promise.all(candidates.map((row) => serializer.content(row)));
  return problem('ambiguous_listing', message, {
    field: 'token',
    example: shown[0]?.token,
    extra: { candidates: shown },
  });
}

const UNFIT: Record<PriceUnfit['reason'], [Code, field: string, example: string]> = {
  decimals: ['price_decimals', 'price', '0.001'],
  too_large: ['price_too_large', 'price', '0.001'],
  token: ['bad_token', 'token', EXAMPLE.native],
};

function unfitPrice({ reason, message }: PriceUnfit): HttpProblem {
  const [code, field, example] = UNFIT[reason];
  return problem(code, message, { field, example });
}
