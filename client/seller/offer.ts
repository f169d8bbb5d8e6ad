import { ClientError } from '../errors.ts';
import { fieldsIn, fromBase64 } from '../http.ts';

/** What a seller asks for, by channel. Amounts in base units. */
export interface Offer {
  chainId: number;
  contract: string;
  provider: string;
  /** The zero address is the native coin. */
  token: string;
  contentId: string;
  unit: 'view' | 'minute' | 'day';
  /** How many units what was asked for takes. */
  due: bigint;
  unitPrice: bigint;
  /** Who has opened so many in 24 hours opens the rest for nothing; `null` where nothing is promised. */
  capUnits: number | null;
}

/** Whose offer it has to be. */
export interface Agreed {
  chainId: number;
  contract: string;
  provider: string;
  token: string;
  contentId: string;
}

const SCHEME = 'streamhost-channel';
const UNITS: readonly unknown[] = ['view', 'minute', 'day'];
const WHOLE_NUMBER = /^(0|[1-9]\d{0,77})$/;
/** Servers send headers of 8 to 16 kB at most. */
const MAX_LENGTH = 16_384;

/**
 * The offer of a listing in a `PAYMENT-REQUIRED` header (x402, version 2).
 * @throws {ClientError} offer_differs: it is for another chain, contract, seller, coin or listing, or makes no sense
 */
export function offerIn(header: string | null, agreed: Agreed): Offer {
  const { x402Version, accepts } = decoded(header);
  const offers = x402Version === 2 && Array.isArray(accepts) ? accepts.map(offerOf) : [];
  const offer = offers.find((each) => each !== null && isAgreed(each, agreed));
  if (offer) return offer;
  throw new ClientError('offer_differs', 'The seller asks for something else than the listing says.');
}

function isAgreed(offer: Offer, agreed: Agreed): boolean {
  const names = ['contract', 'provider', 'token', 'contentId'] as const;
  return (
    offer.chainId === agreed.chainId &&
    names.every((name) => offer[name].toLowerCase() === agreed[name].toLowerCase())
  );
}

function offerOf(value: unknown): Offer | null {
  const { scheme, network, asset, payTo, extra: given } = Object(value) as Record<string, unknown>;
  const extra = Object(given) as Record<string, unknown>;
  const { contract, provider, contentId, unit, due, unitPrice, capUnits } = extra;
  const [, chainId] = /^eip155:([1-9]\d{0,14})$/.exec(String(network)) ?? [];
  const texts = [asset, payTo, contract, provider, contentId].every((each) => typeof each === 'string');
  const numbers = [due, unitPrice].every((each) => WHOLE_NUMBER.test(String(each)));
  if (scheme !== SCHEME || !chainId || !texts || !numbers || !UNITS.includes(unit)) return null;
  // Deposits lie in the contract: nobody else is ever paid.
  if (String(payTo).toLowerCase() !== String(contract).toLowerCase()) return null;
  const cap = Number(capUnits ?? Number.NaN);
  return {
    chainId: Number(chainId),
    ...{ contract: String(contract), provider: String(provider), token: String(asset) },
    contentId: String(contentId),
    unit: unit as Offer['unit'],
    due: BigInt(String(due)),
    unitPrice: BigInt(String(unitPrice)),
    capUnits: Number.isSafeInteger(cap) ? cap : null,
  };
}

function decoded(header: string | null): Record<string, unknown> {
  return header === null || header.length > MAX_LENGTH ? {} : fieldsIn(fromBase64(header));
}
