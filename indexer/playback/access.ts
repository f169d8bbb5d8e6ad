import { getAddress, TypedDataEncoder, type TypedDataField } from 'ethers';

/** What a wallet signs to be let in to what it has paid for: by this provider, at this origin, once, within minutes. */
export interface Access {
  account: string;
  provider: string;
  /** Origin of the stream's URL, as registered: what is signed for one host is of no use to another. */
  audience: string;
  contentId: string;
  /** 32 bytes that the account has not used. */
  nonce: string;
  expiresAtSec: number;
}

export const ACCESS_TYPES: Readonly<Record<'Access', TypedDataField[]>> = {
  Access: [
    { name: 'account', type: 'address' },
    { name: 'provider', type: 'address' },
    { name: 'audience', type: 'string' },
    { name: 'contentId', type: 'bytes32' },
    { name: 'nonce', type: 'bytes32' },
    { name: 'expiresAtSec', type: 'uint64' },
  ],
};

/** It may end so far ahead. */
export const MAX_AHEAD_SEC = 300;

/** The contract's own domain: an `Access` for one chain or deployment says nothing at another. */
export function accessDomain(chainId: number, contract: string) {
  return { name: 'StreamHost', version: '1', chainId, verifyingContract: getAddress(contract) };
}

/** The 32 bytes that its signature signs. */
export function accessDigest(access: Access, chainId: number, contract: string): string {
  return TypedDataEncoder.hash(accessDomain(chainId, contract), ACCESS_TYPES, access);
}

/** The audience of a stream at this URL. */
export function audienceOf(streamUrl: string): string {
  return new URL(streamUrl).origin;
}
