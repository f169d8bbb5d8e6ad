import { TypedDataEncoder, type TypedDataField } from 'ethers';
import { accessDomain } from '../access.ts';

/** That a creator lends a provider the keys of a content: any host that has them may give them to that provider. */
export interface KeyGrant {
  contentId: string;
  provider: string;
  /** It is good before this second. */
  expiresAtSec: number;
}

/** By which a provider, or its delegate, asks a host for the keys of a content: once, within minutes. */
export interface KeyRequest {
  contentId: string;
  provider: string;
  /** X25519 public key to which the answer is sealed, 32 bytes in hex. */
  recipient: string;
  /** Origin of the host that is asked: what is signed for one is of no use to another. */
  audience: string;
  expiresAtSec: number;
}

/** Both are signed in the contract's own domain. */
export const KEY_GRANT_TYPES: Readonly<Record<'KeyGrant', TypedDataField[]>> = {
  KeyGrant: [
    { name: 'contentId', type: 'bytes32' },
    { name: 'provider', type: 'address' },
    { name: 'expiresAtSec', type: 'uint64' },
  ],
};
export const KEY_REQUEST_TYPES: Readonly<Record<'KeyRequest', TypedDataField[]>> = {
  KeyRequest: [
    { name: 'contentId', type: 'bytes32' },
    { name: 'provider', type: 'address' },
    { name: 'recipient', type: 'bytes32' },
    { name: 'audience', type: 'string' },
    { name: 'expiresAtSec', type: 'uint64' },
  ],
};

/** A request may end so far ahead. */
export const MAX_REQUEST_AHEAD_SEC = 600;

interface At {
  chainId: number;
  contract: string;
}

/** The 32 bytes that the signature of a grant signs. */
export function keyGrantDigest(grant: KeyGrant, { chainId, contract }: At): string {
  return TypedDataEncoder.hash(accessDomain(chainId, contract), KEY_GRANT_TYPES, grant);
}

/** The 32 bytes that the signature of a request signs. */
export function keyRequestDigest(request: KeyRequest, { chainId, contract }: At): string {
  return TypedDataEncoder.hash(accessDomain(chainId, contract), KEY_REQUEST_TYPES, request);
}
