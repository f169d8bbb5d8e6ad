import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { PlayRefused } from '../../playback/errors.ts';
import { createOwnOffers, isOnSale } from '../../playback/offers.ts';
import type { Context } from '../context.ts';
import { problem } from '../problems/codes.ts';
import { plainRoute, type Route } from '../routing/route.ts';
import { cidParams } from '../schemas/contents.ts';
import { fileOperation } from './file-operation.ts';
import { gatewayRoutes } from './gateway.ts';

/** `GET` and `HEAD /ipfs/{cid}`, documented beside the rest. */
export function mediaRoutes(context: Context): Route[] {
  const { storage, config, readerLimit: limit } = context;
  const open = config.unsigned || config.openGateway;
  const gateway = gatewayRoutes({ storage, limit, ...(!open && { admit: refusalOfWhatIsSold(context) }) });
  return [plainRoute(documented('head'), gateway), plainRoute(documented('get'), gateway)];
}

/** A listing keeps its price while it is retired; of what one gives away and another sells nobody knows whose it is. */
function refusalOfWhatIsSold({ store, provider, nowSec }: Context): (cid: string) => Promise<void> {
  const ownOffers = createOwnOffers({ store, provider, nowSec });
  return async (cid) => {
    if (!(await store.isSold(cid, nowSec()))) return;
    const offers = await ownOffers(cid);
    const here = `GET /play/${cid} serves it to those who have paid`;
    const detail = `${cid} is sold: ${offers.length > 0 ? here : `/contents/${cid} says for how much, /streams/${cid} who serves it to those who pay`}.`;
    const sold = offers.filter(isOnSale);
    if (sold.length > 0) throw new PlayRefused(detail, { reason: 'unpaid', offers: sold });
    throw problem('payment_required', detail, { field: 'cid' });
  };
}

function documented(method: 'get' | 'head'): RouteConfig & { method: 'get' | 'head' } {
  return fileOperation({
    method,
    path: '/ipfs/{cid}',
    summary: method === 'get' ? 'A file by its CID, whole or one range' : 'What GET would answer',
    description:
      'As an IPFS path gateway serves it: ETag, If-None-Match, Range, If-Range, for ever cacheable. Blocks and archives (`format`, `Accept`) are not offered.',
    params: cidParams,
    headers: ['X-Ipfs-Path'],
    problems: ['payment_required'],
  });
}
