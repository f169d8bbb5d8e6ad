import type { Signer } from 'ethers';
import type { ChannelWorld } from './channels.ts';

export const EXIT_FIELDS = [
  { name: 'viewer', type: 'address' },
  { name: 'provider', type: 'address' },
  { name: 'token', type: 'address' },
  { name: 'authorizer', type: 'address' },
  { name: 'salt', type: 'bytes32' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
];

/** What the twin takes after the channel: nonce, deadline and a signature, of the viewer unless told otherwise. */
export async function signExit(
  { channel, viewer, domain }: ChannelWorld,
  primaryType: 'InitiateWithdraw' | 'CancelWithdraw',
  nonce: bigint,
  deadline: bigint,
  { signer = viewer, in: signedIn = domain, signed = {} }: SignedOtherwise = {},
): Promise<[nonce: bigint, deadline: bigint, signature: string]> {
  const message = { ...channel, nonce, deadline, ...signed };
  const signature = await signer.signTypedData(signedIn, { [primaryType]: EXIT_FIELDS }, message);
  return [nonce, deadline, signature];
}

export interface SignedOtherwise {
  signer?: Signer;
  /** Another domain than the contract's. */
  in?: ChannelWorld['domain'];
  /** What is signed instead of a value of the call. */
  signed?: Record<string, unknown>;
}
