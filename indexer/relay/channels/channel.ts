import { AbiCoder, keccak256 } from 'ethers';
import type { ChannelRow } from '../../store/store.ts';

/** What a channel is, for good: see `IPaymentChannels.Channel`. Addresses in any case. */
export interface Channel {
  readonly viewer: string;
  readonly provider: string;
  readonly token: string;
  readonly authorizer: string;
  /** 32 bytes. */
  readonly salt: string;
}

const TYPES = ['address', 'address', 'address', 'address', 'bytes32'];

/** As the contract computes it, whether the channel is open or not. */
export function channelIdOf({ viewer, provider, token, authorizer, salt }: Channel): string {
  const values = [viewer, provider, token, authorizer, salt];
  return keccak256(AbiCoder.defaultAbiCoder().encode(TYPES, values));
}

export function channelIn({ viewer, provider, token, authorizer, salt }: ChannelRow): Channel {
  return { viewer, provider, token, authorizer, salt };
}
