import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers';

/** A content's id, as the contract computes it: known before anything is sent. */
export function contentIdOf(creator: string, token: string, cid: string): string {
  const cidHash = keccak256(toUtf8Bytes(cid));
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(['address', 'address', 'bytes32'], [creator, token, cidHash]),
  );
}
