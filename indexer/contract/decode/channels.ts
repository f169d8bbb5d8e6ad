import type { ClaimBatch, ClaimedItem } from '../events.ts';
import {
  addressAt,
  bigintAt,
  bytesAt,
  numberAt,
  safeNumber,
  topicAddress,
  topicWord,
  tuplesAt,
  wordTextAt,
} from './abi-words.ts';
import type { Decoder } from './decoder.ts';

/** The events of payment channels and of the bills that are claimed from them. */
export const CHANNEL_DECODERS: Readonly<Record<string, [parameters: string, Decoder]>> = {
  ChannelOpened: [
    'bytes32,address,address,address,address,bytes32',
    ([, channelId, viewer, provider], data) => ({
      name: 'ChannelOpened',
      channelId: topicWord(channelId),
      viewer: topicAddress(viewer),
      provider: topicAddress(provider),
      token: addressAt(data, 0),
      authorizer: addressAt(data, 1),
      salt: wordTextAt(data, 2),
    }),
  ],
  Deposited: [
    'bytes32,address,uint256',
    ([, channelId, payer], data) => ({
      name: 'Deposited',
      channelId: topicWord(channelId),
      payer: topicAddress(payer),
      amount: bigintAt(data, 0),
    }),
  ],
  WithdrawInitiated: [
    'bytes32,uint256',
    ([, channelId], data) => ({
      name: 'WithdrawInitiated',
      channelId: topicWord(channelId),
      withdrawableAtSec: numberAt(data, 0),
    }),
  ],
  WithdrawCancelled: [
    'bytes32',
    ([, channelId]) => ({ name: 'WithdrawCancelled', channelId: topicWord(channelId) }),
  ],
  WithdrawFinalized: [
    'bytes32,uint256,uint256',
    ([, channelId], data) => ({
      name: 'WithdrawFinalized',
      channelId: topicWord(channelId),
      amount: bigintAt(data, 0),
      epoch: numberAt(data, 1),
    }),
  ],
  ChannelReleased: [
    'bytes32,uint256,uint256',
    ([, channelId], data) => ({
      name: 'ChannelReleased',
      channelId: topicWord(channelId),
      amount: bigintAt(data, 0),
      epoch: numberAt(data, 1),
    }),
  ],
  ClaimBatch: [
    'address,address,(bytes32,uint256,uint256)[]',
    ([, provider, token], data) => ({
      name: 'ClaimBatch',
      provider: topicAddress(provider),
      token: topicAddress(token),
      contents: claimedContents(data),
    }),
  ],
  VoucherClaimed: [
    'bytes32,uint256,bytes',
    ([, channelId], data) => ({
      name: 'VoucherClaimed',
      channelId: topicWord(channelId),
      seq: numberAt(data, 0),
      items: claimedItems(bytesAt(data, 1)),
    }),
  ],
  VoucherRejected: [
    'bytes32,uint256,uint8',
    ([, channelId], data) => ({
      name: 'VoucherRejected',
      channelId: topicWord(channelId),
      seq: numberAt(data, 0),
      reason: numberAt(data, 1),
    }),
  ],
  ClaimDelegateSet: [
    'address,address',
    ([, provider, delegate]) => ({
      name: 'ClaimDelegateSet',
      provider: topicAddress(provider),
      delegate: topicAddress(delegate),
    }),
  ],
};

function claimedContents(data: string): ClaimBatch['contents'] {
  return tuplesAt(data, 0, 3).map((first) => ({
    contentId: wordTextAt(data, first),
    unitPrice: bigintAt(data, first + 1),
    providerShareBps: numberAt(data, first + 2),
  }));
}

/** index 2 | units 4 */
const ITEM_DIGITS = 12;

function claimedItems(packed: string): ClaimedItem[] {
  if (packed.length % ITEM_DIGITS !== 0)
    throw new RangeError(`${packed.length / 2} bytes are no whole number of items`);
  return Array.from({ length: packed.length / ITEM_DIGITS }, (_, item) => {
    const start = item * ITEM_DIGITS;
    return {
      index: safeNumber(packed.slice(start, start + 4)),
      units: safeNumber(packed.slice(start + 4, start + ITEM_DIGITS)),
    };
  });
}
