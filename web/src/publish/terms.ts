import { type ChainFacts, UNITS } from '../api/answers.ts';
import type { Publication } from '../contract/calls.ts';
import { NATIVE, toBaseUnits } from '../contract/money.ts';
import type { SignedRequest } from '../contract/submit.ts';
import type { SignableWrite } from '../contract/use-write.ts';
import { type Draft, unitOf } from './draft.ts';

export function publicationOf(draft: Draft, cid: string): Publication {
  return {
    cid,
    token: NATIVE,
    pricePerUnit: toBaseUnits(draft.price) ?? 0n,
    providerShareBps: (100 - draft.creatorShare) * 100,
    unit: UNITS.indexOf(unitOf(draft)),
    name: draft.name.trim(),
    metadata: '',
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
    ...serveOf(draft, chain),
    ...protectionOf(draft),
    ...where,
  };
}

/** At price 0 there is nothing to hide. */
function protectionOf({ protect, price, previewSec }: Draft) {
  if (!protect) return {};
  return { protect: true, ...(toBaseUnits(price) !== 0n && { preview_sec: previewSec }) };
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
  const terms = { ...sharesOf(draft), token: NATIVE };
  const body = {
    cid,
    video_name: draft.name.trim(),
    content_creator_wallet: creator,
    terms,
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
