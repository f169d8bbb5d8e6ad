import type { z } from 'zod';
import type { Offer } from '../../publishing/publication.ts';
import type { registration, uploadMeta } from './contents.ts';

/** What a documented payload offers, as the domain names it. */
export function offerOf(
  payload: z.output<typeof uploadMeta> | z.output<typeof registration>,
): Omit<Offer, 'cid'> {
  return {
    creator: payload.content_creator_wallet,
    token: payload.token,
    videoName: payload.video_name,
    price: payload.price,
    providerShareBps: payload.provider_share,
    unit: payload.unit,
  };
}
