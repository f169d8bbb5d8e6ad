import { getAddress, ZeroAddress } from 'ethers';
import { hostInterface } from '../contract/interface.ts';
import { ACCESS_TYPES, accessDomain, audienceOf } from './access.ts';
import type { KeyOffer } from './keys/key-offers.ts';
import type { OwnOffer } from './offers.ts';
import type { Provider } from './provider.ts';

/** Schemes of our own: a client that knows others would pay in a way that the contract does not take. */
export const CHANNEL_SCHEME = 'streamhost-channel';
const DIRECT_SCHEME = 'streamhost-direct';
const MAX_TIMEOUT_SEC = 300;
/** Servers and proxies take headers of 16 kB altogether as a rule. */
const MAX_BYTES = 12_000;

interface Facts {
  provider: Provider;
  chainId: number;
  /** The stable code of the answer. */
  error: string;
  /** So many units are sold for a deposit that is not final. */
  unconfirmedUnits: number;
  /** So many units are to be paid at once. */
  due?: number | undefined;
}

/**
 * The header `PAYMENT-REQUIRED` of x402, version 2: base64 of JSON that says how each offer is paid, and how the payer
 * then shows that it was: what is sold by keys by voucher or directly, all else directly. Amounts are base units in decimal
 * text. Offers that no longer fit are left out.
 */
export function paymentRequired(offers: readonly (OwnOffer | KeyOffer)[], facts: Facts): string {
  const { provider, error } = facts;
  const url = provider.playUrl(offers[0]?.content.cidKey ?? '');
  const accepts: object[] = [];
  const encoded = () => {
    const json = JSON.stringify({ x402Version: 2, error, resource: { url }, accepts });
    return Buffer.from(json).toString('base64');
  };
  for (const offer of offers) {
    const ways = requirements(offer, facts, url);
    accepts.push(...ways);
    if (encoded().length > MAX_BYTES && accepts.length > ways.length) {
      accepts.splice(-ways.length);
      break;
    }
  }
  return encoded();
}

function requirements(offer: OwnOffer | KeyOffer, facts: Facts, url: string): object[] {
  const { content, terms } = offer;
  const { chainId, provider, unconfirmedUnits, due = 1 } = facts;
  const contract = getAddress(content.contract);
  const amount = String(terms.pricePerUnit * BigInt(due));
  const payment = {
    network: `eip155:${chainId}`,
    asset: getAddress(content.token),
    payTo: contract,
    amount,
    maxTimeoutSeconds: MAX_TIMEOUT_SEC,
  };
  const extra = {
    contract,
    contentId: content.contentId,
    creator: getAddress(content.creator),
    provider: provider.wallet,
    unit: terms.unit,
    due: String(due),
    unitPrice: String(terms.pricePerUnit),
  };
  const direct = {
    scheme: DIRECT_SCHEME,
    ...payment,
    extra: { ...extra, ...directly(offer, facts, url, due) },
  };
  if (!('capUnits' in offer)) return [direct];
  const { capUnits, withdrawDelaySec } = offer;
  const channel = { ...extra, capUnits, unconfirmedUnits, withdrawDelaySec };
  return [{ scheme: CHANNEL_SCHEME, ...payment, extra: channel }, direct];
}

/** The call to make, and what to sign after it. */
function directly({ content, stream, terms }: OwnOffer, facts: Facts, url: string, due: number) {
  const contract = getAddress(content.contract);
  const { contentId, token } = content;
  const amount = terms.pricePerUnit * BigInt(due);
  const data = hostInterface.encodeFunctionData('payView', [contentId, facts.provider.wallet, due, amount]);
  const value = token === ZeroAddress ? String(amount) : '0';
  return {
    // The contract would refuse the call.
    ...(!terms.retired && { call: { to: contract, data, value } }),
    access: {
      url: `${url}/access`,
      audience: audienceOf(stream.url),
      types: ACCESS_TYPES,
      domain: accessDomain(facts.chainId, contract),
    },
  };
}
