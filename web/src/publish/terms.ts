import { type ChainFacts, UNITS } from '../api/answers.ts';
import type { Publication } from '../contract/calls.ts';
import { NATIVE, toBaseUnits } from '../contract/money.ts';
import type { SignedRequest } from '../contract/submit.ts';
import type { SignableWrite } from '../contract/use-write.ts';
import type { Draft } from './draft.ts';

export function publicationOf(draft: Draft, cid: string): Publication {
  return {
    cid,
    token: NATIVE,
    pricePerUnit: toBaseUnits(draft.price) ?? 0n,
    providerShareBps: (100 - draft.creatorShare) * 100,
    unit: UNITS.indexOf(draft.unit),
    name: draft.name.trim(),
    metadata: '',
  };
}

/** Of `POST /upload-content`. */
export function uploadTermsOf(draft: Draft, creator: string, chain: ChainFacts) {
  // To IPFS, whatever the host's default is: there the file's address can be checked.
  const where = { storage: 'ipfs' };
  return {
    video_name: draft.name.trim(),
    content_creator_wallet: creator,
    ...sharesOf(draft),
    ...serveOf(draft, chain),
    ...where,
  };
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

/** With transactions of the creator's own it is the upload that says so. */
function serveOf({ serve }: Draft, { provider_wallet }: ChainFacts) {
  return serve && provider_wallet ? { serve: true } : {};
}

function sharesOf({ price, unit, creatorShare }: Draft) {
  return {
    creator_share: creatorShare,
    provider_share: 100 - creatorShare,
    price: price.trim().replace(',', '.'),
    unit,
  };
}
