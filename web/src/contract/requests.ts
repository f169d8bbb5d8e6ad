import { type Content, UNITS } from '../api/answers.ts';
import { contentPath } from '../api/host.ts';
import { toDecimal } from './money.ts';
import type { SignableCall } from './signing.ts';
import type { SignedRequest } from './submit.ts';

/** A call about a listing that is on chain. */
export type ListingCall = Exclude<SignableCall, { name: 'publish' }>;

/** The request by which the host submits a call that `wallet` has signed. */
export function requestOf(call: ListingCall, content: Content, wallet: string): SignedRequest {
  const { cid, content_creator_wallet, token } = content;
  switch (call.name) {
    case 'retire':
      return { method: 'DELETE', path: contentPath(cid), body: { content_creator_wallet, token } };
    case 'scheduleTerms': {
      const [, pricePerUnit, providerShareBps, unit] = call.args;
      const terms = {
        creator_share: (10_000 - providerShareBps) / 100,
        provider_share: providerShareBps / 100,
        price: toDecimal(pricePerUnit, content.token_decimals ?? 0),
        unit: UNITS[unit],
      };
      return { method: 'PATCH', path: contentPath(cid), body: { content_creator_wallet, token, terms } };
    }
    case 'cancelTerms': {
      const body = { content_creator_wallet, token, terms: null };
      return { method: 'PATCH', path: contentPath(cid), body };
    }
    case 'deregisterStream': {
      const body = { cid, content_distributor_wallet: wallet, creator: content_creator_wallet, token };
      return { method: 'POST', path: '/deregister', body };
    }
    default: {
      const { video_name, creator_share, provider_share, price } = content;
      const listing = {
        cid,
        video_name,
        content_creator_wallet,
        creator_share,
        provider_share,
        price,
        token,
      };
      const stream = { stream_url: call.args[1], content_distributor_wallet: wallet };
      return { method: 'POST', path: '/register', body: { ...listing, ...stream } };
    }
  }
}
