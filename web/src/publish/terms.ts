import { type ChainFacts, UNITS } from '../api/answers.ts';
import type { Publication } from '../contract/calls.ts';
import { NATIVE, NATIVE_DECIMALS, toBaseUnits } from '../contract/money.ts';
import type { SignedRequest } from '../contract/submit.ts';
import type { SignableWrite } from '../contract/use-write.ts';
import { metadataOf } from './about/said.ts';
import { type Draft, unitOf } from './draft.ts';
import { bpsOfProvider } from './fields/bps.ts';

export function publicationOf(draft: Draft, cid: string): Publication {
  return {
    cid,
    token: draft.coin?.token ?? NATIVE,
    pricePerUnit: priceOf(draft) ?? 0n,
    providerShareBps: bpsOfProvider(draft.creatorShare),
    unit: UNITS.indexOf(unitOf(draft)),
    name: draft.name.trim(),
    metadata: metadataOf(draft),
  };
}

/** The terms of an upload, as `POST /upload-content` takes them. */
export function uploadTermsOf(draft: Draft, creator: string, chain: ChainFacts) {
  // IPFS, whatever the host's default is: the page can check a CID of IPFS.
  const where = { storage: 'ipfs' };
  return {
    video_name: draft.name.trim(),
    content_creator_wallet: creator,
    ...sharesOf(draft),
    ...tokenOf(draft),
    ...saidOf(draft),
    ...serveOf(draft, chain),
    ...protectionOf(draft),
    ...where,
  };
}

/** At price 0 there is nothing to hide. */
function protectionOf(draft: Draft) {
  const { protect, previewSec } = draft;
  if (!protect) return {};
  return { protect: true, ...(priceOf(draft) !== 0n && { preview_sec: previewSec }) };
}

/** Puts a CID on chain under these terms. */
export function publishing(draft: Draft, cid: string, chain: ChainFacts): SignableWrite {
  return {
    contract: chain.contract,
    call: () => ({ name: 'publish', args: [publicationOf(draft, cid)] }),
    request: (creator) => publicationRequest(draft, cid, creator, chain),
  };
}

function publicationRequest(draft: Draft, cid: string, creator: string, chain: ChainFacts): SignedRequest {
  const terms = { ...sharesOf(draft), token: draft.coin?.token ?? NATIVE };
  const body = {
    cid,
    video_name: draft.name.trim(),
    content_creator_wallet: creator,
    terms,
    ...saidOf(draft),
    ...serveOf(draft, chain),
  };
  return { method: 'POST', path: '/contents', body };
}

/** A creator who sends the transaction has asked for this in the upload already. */
function serveOf({ serve }: Draft, { provider_wallet }: ChainFacts) {
  return serve && provider_wallet ? { serve: true } : {};
}

function sharesOf(draft: Draft) {
  const { price, creatorShare } = draft;
  return {
    creator_share: creatorShare,
    provider_share: 100 - creatorShare,
    price: price.trim().replace(',', '.'),
    unit: unitOf(draft),
  };
}

/** The native coin is what is meant where none is named. */
function tokenOf({ coin }: Draft) {
  return coin && coin.token !== NATIVE ? { token: coin.token } : {};
}

function saidOf(draft: Draft) {
  const metadata = metadataOf(draft);
  return metadata === '' ? {} : { metadata };
}

/** Of one unit, in base units. */
function priceOf({ price, coin }: Draft): bigint | undefined {
  return toBaseUnits(price, coin?.decimals ?? NATIVE_DECIMALS);
}
