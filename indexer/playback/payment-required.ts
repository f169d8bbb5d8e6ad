import { getAddress, ZeroAddress } from 'ethers';
import { hostInterface } from '../contract/interface.ts';
import { ACCESS_TYPES, accessDomain, audienceOf } from './access.ts';
import type { OwnOffer } from './offers.ts';
import type { Provider } from './provider.ts';

/** A scheme of our own: a client that knows others would pay in a way that the contract does not take. */
const SCHEME = 'streamhost-direct';
const MAX_TIMEOUT_SEC = 300;
/** Servers and proxies take headers of 16 kB altogether as a rule. */
const MAX_BYTES = 12_000;

/**
 * The header `PAYMENT-REQUIRED` of x402, version 2: base64 of JSON that says how each offer is paid, and how the payer
 * then shows that it was. Amounts are base units in decimal text. Offers that no longer fit are left out.
 * @param error the stable code of the answer.
 */
export function paymentRequired(
  offers: readonly OwnOffer[],
  { provider, chainId, error }: { provider: Provider; chainId: number; error: string },
): string {
  const url = provider.playUrl(offers[0]?.content.cidKey ?? '');
  const accepts: object[] = [];
  const encoded = () => {
    const json = JSON.stringify({ x402Version: 2, error, resource: { url }, accepts });
    return Buffer.from(json).toString('base64');
  };
  for (const offer of offers) {
    accepts.push(requirements(offer, { url, provider: provider.wallet, chainId }));
    if (encoded().length > MAX_BYTES && accepts.length > 1) {
      accepts.pop();
      break;
    }
  }
  return encoded();
}

function requirements(
  { content, stream, terms }: OwnOffer,
  { url, provider, chainId }: { url: string; provider: string; chainId: number },
) {
  const contract = getAddress(content.contract);
  const { contentId, token } = content;
  const amount = String(terms.pricePerUnit);
  const data = hostInterface.encodeFunctionData('payView', [contentId, provider, 1, terms.pricePerUnit]);
  const value = token === ZeroAddress ? amount : '0';
  return {
    scheme: SCHEME,
    network: `eip155:${chainId}`,
    asset: getAddress(token),
    payTo: contract,
    amount,
    maxTimeoutSeconds: MAX_TIMEOUT_SEC,
    extra: {
      contract,
      contentId,
      creator: getAddress(content.creator),
      provider,
      unit: terms.unit,
      due: '1',
      unitPrice: amount,
      // The contract would refuse the call.
      ...(!terms.retired && { call: { to: contract, data, value } }),
      access: {
        url: `${url}/access`,
        audience: audienceOf(stream.url),
        types: ACCESS_TYPES,
        domain: accessDomain(chainId, contract),
      },
    },
  };
}
