import { id } from 'ethers';
import { unitOf } from '../../lib/unit.ts';
import type { RawLog } from '../../rpc/log.ts';
import type { ChainEvent, SponsoredView, TermsFields } from '../events.ts';
import {
  addressAt,
  bigintAt,
  bytesAt,
  numberAt,
  safeNumber,
  textAt,
  topicAddress,
  topicWord,
} from './abi-words.ts';
import { CHANNEL_DECODERS } from './channels.ts';
import type { Decoder } from './decoder.ts';

/** A log under a known topic that does not hold what the event must: the endpoint, or this table, is broken. */
export class BrokenLog extends Error {
  override readonly name = 'BrokenLog';
  readonly log: RawLog;
  constructor(log: RawLog, cause: unknown) {
    super(`log ${log.logIndex} of transaction ${log.txHash} can't be decoded`, { cause });
    this.log = log;
  }
}

/** Every event of the contract: its signature and how its topics and data read. */
const DECODERS: Readonly<Record<string, [parameters: string, Decoder]>> = {
  ...CHANNEL_DECODERS,
  ContentPublished: [
    'bytes32,address,address,uint256,uint16,uint8,uint256,string,string,string',
    ([, contentId, creator, token], data) => ({
      name: 'ContentPublished',
      contentId: topicWord(contentId),
      creator: topicAddress(creator),
      token: topicAddress(token),
      ...termsAt(data, 0),
      effectiveAtSec: numberAt(data, 3),
      cid: textAt(data, 4),
      videoName: textAt(data, 5),
      metadata: textAt(data, 6),
    }),
  ],
  TermsScheduled: [
    'bytes32,uint256,uint16,uint8,uint256,uint256,uint16,uint8',
    ([, contentId], data) => ({
      name: 'TermsScheduled',
      contentId: topicWord(contentId),
      ...termsAt(data, 0),
      effectiveAtSec: numberAt(data, 3),
      before: termsAt(data, 4),
    }),
  ],
  TermsCancelled: [
    'bytes32',
    ([, contentId]) => ({ name: 'TermsCancelled', contentId: topicWord(contentId) }),
  ],
  ContentRetired: [
    'bytes32,uint256,uint256,uint16,uint8',
    ([, contentId], data) => ({
      name: 'ContentRetired',
      contentId: topicWord(contentId),
      effectiveAtSec: numberAt(data, 0),
      ...termsAt(data, 1),
    }),
  ],
  StreamRegistered: [
    'bytes32,address,string',
    ([, contentId, provider], data) => ({
      name: 'StreamRegistered',
      contentId: topicWord(contentId),
      provider: topicAddress(provider),
      url: textAt(data, 0),
    }),
  ],
  StreamUpdated: [
    'bytes32,address,string',
    ([, contentId, provider], data) => ({
      name: 'StreamUpdated',
      contentId: topicWord(contentId),
      provider: topicAddress(provider),
      url: textAt(data, 0),
    }),
  ],
  StreamDeregistered: [
    'bytes32,address',
    ([, contentId, provider]) => ({
      name: 'StreamDeregistered',
      contentId: topicWord(contentId),
      provider: topicAddress(provider),
    }),
  ],
  ViewPaid: [
    'bytes32,address,address,uint256,uint256,uint256',
    ([, contentId], data) => ({
      name: 'ViewPaid',
      contentId: topicWord(contentId),
      viewer: addressAt(data, 0),
      provider: addressAt(data, 1),
      units: numberAt(data, 2),
      creatorAmount: bigintAt(data, 3),
      providerAmount: bigintAt(data, 4),
    }),
  ],
  ViewsSponsored: [
    'address,bytes32,uint256,uint256,bytes',
    ([, sponsor, contentId], data) => ({
      name: 'ViewsSponsored',
      sponsor: topicAddress(sponsor),
      contentId: topicWord(contentId),
      unitPrice: bigintAt(data, 0),
      lane: bigintAt(data, 1),
      views: sponsoredViews(bytesAt(data, 2)),
    }),
  ],
  ViewSkipped: [
    'address,bytes32,bytes32,uint256,uint8',
    ([, sponsor, contentId, ref], data) => ({
      name: 'ViewSkipped',
      sponsor: topicAddress(sponsor),
      contentId: topicWord(contentId),
      ref: topicWord(ref),
      nonce: bigintAt(data, 0),
      reason: numberAt(data, 1),
    }),
  ],
  SurplusCredited: [
    'address,address,uint256',
    ([, sponsor, token], data) => ({
      name: 'SurplusCredited',
      sponsor: topicAddress(sponsor),
      token: topicAddress(token),
      amount: bigintAt(data, 0),
    }),
  ],
  Withdrawn: [
    'address,address,address,uint256',
    ([, account, token, to], data) => ({
      name: 'Withdrawn',
      account: topicAddress(account),
      token: topicAddress(token),
      to: topicAddress(to),
      amount: bigintAt(data, 0),
    }),
  ],
  NonceInvalidated: [
    'address,uint256,uint256',
    ([, account], data) => ({
      name: 'NonceInvalidated',
      account: topicAddress(account),
      word: bigintAt(data, 0),
      mask: bigintAt(data, 1),
    }),
  ],
};

const byTopic: ReadonlyMap<string, Decoder> = new Map(
  Object.entries(DECODERS).map(([name, [parameters, decoder]]) => [id(`${name}(${parameters})`), decoder]),
);

/** The first topics of all events that `decode` knows. */
export const eventTopics: readonly string[] = [...byTopic.keys()];

/**
 * What a log of the contract says; `null` for an event this program does not know.
 * @throws {BrokenLog}
 */
export function decode(log: RawLog): ChainEvent | null {
  const [event = '', first = '', second = '', third = ''] = log.topics;
  const decoder = byTopic.get(event);
  if (!decoder) return null;
  try {
    return decoder([event, first, second, third], log.data);
  } catch (cause) {
    throw new BrokenLog(log, cause);
  }
}

function termsAt(data: string, index: number): TermsFields {
  return {
    pricePerUnit: bigintAt(data, index),
    providerShareBps: numberAt(data, index + 1),
    unit: unitOf(numberAt(data, index + 2)),
  };
}

/** viewer 20 | provider 20 | units 4 | viewTimeSec 5 | counter 4 | ref 32 | creatorAmount 13 | providerAmount 13 */
const SPONSORED_VIEW_BYTES = 111;

function sponsoredViews(packed: string): SponsoredView[] {
  const digits = SPONSORED_VIEW_BYTES * 2;
  if (packed.length % digits !== 0)
    throw new RangeError(`${packed.length / 2} bytes are no whole number of views`);
  return Array.from({ length: packed.length / digits }, (_, index) => {
    const view = packed.slice(index * digits, (index + 1) * digits);
    const bytes = (from: number, count: number) => view.slice(from * 2, (from + count) * 2);
    return {
      viewer: `0x${bytes(0, 20)}`,
      provider: `0x${bytes(20, 20)}`,
      units: safeNumber(bytes(40, 4)),
      viewTimeSec: safeNumber(bytes(44, 5)),
      counter: safeNumber(bytes(49, 4)),
      ref: `0x${bytes(53, 32)}`,
      creatorAmount: BigInt(`0x${bytes(85, 13)}`),
      providerAmount: BigInt(`0x${bytes(98, 13)}`),
    };
  });
}
