import { z } from 'zod';
import type { Offer } from '../../publishing/publication.ts';
import { creator, token } from './fields/fields.ts';
import { price, share, unit, videoName } from './fields/listing-fields.ts';

/** A creator's terms, as the documented calls send them. */
export const offer = {
  video_name: videoName,
  content_creator_wallet: creator,
  creator_share: share(70, "The creator's part of each payment in percent"),
  provider_share: share(30, "The provider's part in percent; both add up to 100"),
  price,
  unit: unit.optional(),
  token: token.optional(),
};

interface Shares {
  creator_share: number;
  provider_share: number;
}

export function sharesAddUp({ creator_share, provider_share }: Shares, ctx: z.RefinementCtx): void {
  if (creator_share + provider_share === 10_000) return;
  const message = 'creator_share and provider_share add up to 100.';
  const params = { code: 'shares_sum', example: (10_000 - creator_share) / 100 };
  ctx.addIssue({ code: 'custom', path: ['provider_share'], message, params });
}

/** What can be wrong of an offer beyond its fields one by one. */
export const OFFER_PROBLEMS = [
  'shares_sum',
  'price_decimals',
  'price_too_large',
  'bad_token',
  'minute_not_sold',
] as const;

const offerSchema = z.strictObject(offer);

/** What a documented payload offers, as the domain names it. */
export function offerOf(payload: z.output<typeof offerSchema>): Omit<Offer, 'cid'> {
  return {
    creator: payload.content_creator_wallet,
    token: payload.token,
    videoName: payload.video_name,
    price: payload.price,
    providerShareBps: payload.provider_share,
    unit: payload.unit,
  };
}
