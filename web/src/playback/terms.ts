import type { Content, Stream, Unit } from '../api/answers.ts';
import { sameHex } from '../lib/same-hex.ts';
import type { DirectOffer } from './payment-required.ts';

/** The price of a listing's unit on chain. */
export interface Terms {
  chainId: number;
  token: string;
  /** Of one unit, in base units. */
  price: bigint;
  unit: Unit;
}

export function termsOf(
  { token, price_base_units, unit }: Pick<Content, 'token' | 'price_base_units' | 'unit'>,
  chainId: number,
): Terms {
  return { chainId, token, price: BigInt(price_base_units), unit };
}

/** `gate`: pays as the chain says and opens it; `differs`: it asks for something else; `sold`: for another listing. */
export type GateFinding = 'gate' | 'differs' | 'sold';

/** Compares a gate's 402 with the chain: a wallet pays only the price on chain, to the contract. */
export function gateFinding(offers: readonly DirectOffer[], stream: Stream, terms: Terms): GateFinding {
  const offer = offerFor(offers, stream, terms);
  if (!offer) return 'sold';
  return isAsOnChain(offer, stream, terms) ? 'gate' : 'differs';
}

/** The offer of this listing by this provider. */
export function offerFor(
  offers: readonly DirectOffer[],
  { content_id, contract, content_distributor_wallet: provider }: Stream,
  { chainId }: Terms,
): DirectOffer | undefined {
  return offers.find(
    (each) =>
      each.chainId === chainId &&
      sameHex(each.contract, contract) &&
      sameHex(each.contentId, content_id) &&
      sameHex(each.provider, provider),
  );
}

/** Whether an offer is the price on chain, paid to the contract, with its access at the stream's own origin. */
function isAsOnChain(offer: DirectOffer, { contract, stream_url }: Stream, terms: Terms): boolean {
  const isPriced =
    offer.amount === terms.price && offer.unitPrice === terms.price && offer.unit === terms.unit;
  const isPaidThere = sameHex(offer.payTo, contract) && sameHex(offer.token, terms.token);
  return isPriced && isPaidThere && hasSameOrigin(offer.accessUrl, stream_url);
}

export function hasSameOrigin(url: string, other: string): boolean {
  const [one, two] = [URL.parse(url), URL.parse(other)];
  return one !== null && /^https?:$/.test(one.protocol) && one.origin === two?.origin;
}
