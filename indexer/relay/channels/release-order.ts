import { TypedDataEncoder } from 'ethers';
import { hostInterface } from '../../contract/interface.ts';
import type { ChannelRow } from '../../store/store.ts';
import { channelIn } from './channel.ts';

/** What a channel's key signs so that the deposit is given back at once: for this epoch of this channel alone. */
export interface ReleaseOrder {
  contract: string;
  channelId: string;
  epoch: bigint;
  /** Number of the last voucher that the key has signed in the epoch, for anything; `null`: none. */
  lastSeq: bigint | null;
  /** Unix time; it is good up to and including it. */
  deadlineSec: bigint;
}

const TYPES = {
  ReleaseChannel: [
    { name: 'channelId', type: 'bytes32' },
    { name: 'epoch', type: 'uint256' },
    { name: 'lastSeq', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
};
/** What stands for no number. */
const NONE = 2n ** 256n - 1n;

/** The 32 bytes that a signature of it signs, in the domain of the contract. */
export function releaseDigest(order: ReleaseOrder, chainId: number): string {
  const { contract: verifyingContract, channelId, epoch, lastSeq, deadlineSec: deadline } = order;
  const domain = { name: 'StreamHost', version: '1', chainId, verifyingContract };
  return TypedDataEncoder.hash(domain, TYPES, { channelId, epoch, lastSeq: lastSeq ?? NONE, deadline });
}

/** Calldata by which the provider, or its delegate, gives back what is left, down to the viewer's wallet. */
export function releaseData(row: ChannelRow): string {
  const release = hostInterface.encodeFunctionData('release', [channelIn(row)]);
  const payout = hostInterface.encodeFunctionData('withdrawFor', [row.viewer, row.token]);
  return hostInterface.encodeFunctionData('multicall', [[release, payout]]);
}
