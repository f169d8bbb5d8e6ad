import type { Signer } from 'ethers';
import type { ChannelWorld } from './channels.ts';
import { members } from './members.ts';

export const EXIT_FIELDS = members(
  'address viewer, address provider, address token, address authorizer, bytes32 salt, uint256 nonce, uint256 deadline',
);

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
