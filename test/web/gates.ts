import { ZeroAddress } from 'ethers';
import type { Stream } from '../../web/src/api/answers.ts';
import type { DirectOffer } from '../../web/src/playback/payment-required.ts';
import type { Terms } from '../../web/src/playback/terms.ts';
import { CID, CREATOR, PROVIDER } from '../indexer/http/samples.ts';

// A gate as the page meets it: a stream of the records, the terms on chain, and what a 402 offers.

export const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
export const CONTENT_ID = `0x${'ab'.repeat(32)}`;
export const SEPOLIA = 11_155_111;
export const PRICE = 10n ** 15n;

export const TERMS: Terms = { chainId: SEPOLIA, token: ZeroAddress, price: PRICE, unit: 'view' };

export const STREAM: Stream = {
  cid: CID,
  stream_url: `https://b.example.net/play/${CID}`,
  content_distributor_wallet: PROVIDER,
  content_creator_wallet: CREATOR,
  content_id: CONTENT_ID,
  contract: CONTRACT,
  registered_at: '2023-07-31T12:00:00Z',
};

export const OFFER: DirectOffer = {
  chainId: SEPOLIA,
  contract: CONTRACT,
  contentId: CONTENT_ID,
  provider: PROVIDER,
  payTo: CONTRACT,
  token: ZeroAddress,
  amount: PRICE,
  unitPrice: PRICE,
  unit: 'view',
  accessUrl: `https://b.example.net/play/${CID}/access`,
};

/** The same, as the header's JSON has it. */
export const ACCEPTED = {
  scheme: 'streamhost-direct',
  network: `eip155:${SEPOLIA}`,
  asset: ZeroAddress,
  payTo: CONTRACT,
  amount: String(PRICE),
  maxTimeoutSeconds: 60,
  extra: {
    contract: CONTRACT,
    contentId: CONTENT_ID,
    creator: CREATOR,
    provider: PROVIDER,
    unit: 'view',
    due: '1',
    unitPrice: String(PRICE),
    call: { to: CONTRACT, data: '0x', value: String(PRICE) },
    access: { url: OFFER.accessUrl, audience: 'https://b.example.net', types: {}, domain: {} },
  },
};

export function headerOf(accepts: readonly unknown[], x402Version: unknown = 2): string {
  const body = { x402Version, error: 'payment_required', resource: { url: STREAM.stream_url }, accepts };
  return Buffer.from(JSON.stringify(body)).toString('base64');
}
