import { expect } from 'chai';
import { type EventFragment, hexlify, type ParamType, type Result, solidityPacked } from 'ethers';
import fc from 'fast-check';
import { BrokenLog, decode, eventTopics } from '../../../indexer/contract/decode/decode.ts';
import type { ChainEvent } from '../../../indexer/contract/events.ts';
import { unitOf } from '../../../indexer/lib/unit.ts';
import type { RawLog } from '../../../indexer/rpc/log.ts';
import { contractInterface } from '../sync/world.ts';

const HASH = `0x${'12'.repeat(32)}`;
const ADDRESS = `0x${'ab'.repeat(20)}`;

const lower = (address: unknown) => String(address).toLowerCase();
const terms = (pricePerUnit: unknown, providerShareBps: unknown, unit: unknown) => ({
  pricePerUnit: BigInt(String(pricePerUnit)),
  providerShareBps: Number(providerShareBps),
  unit: unitOf(Number(unit)),
});

/** What each event says, by what ethers reads from the log with the contract's own ABI. */
const BY_ETHERS: Record<string, (args: Result) => ChainEvent> = {
  ContentPublished: (args) => ({
    name: 'ContentPublished',
    contentId: args.contentId,
    creator: lower(args.creator),
    token: lower(args.token),
    ...terms(args.pricePerUnit, args.providerShareBps, args.unit),
    effectiveAtSec: Number(args.effectiveAtSec),
    cid: args.cid,
    videoName: args.getValue('name'),
    metadata: args.metadata,
  }),
  TermsScheduled: (args) => ({
    name: 'TermsScheduled',
    contentId: args.contentId,
    ...terms(args.pricePerUnit, args.providerShareBps, args.unit),
    effectiveAtSec: Number(args.effectiveAtSec),
    before: terms(args.pricePerUnitBefore, args.providerShareBpsBefore, args.unitBefore),
  }),
  TermsCancelled: (args) => ({ name: 'TermsCancelled', contentId: args.contentId }),
  ContentRetired: (args) => ({
    name: 'ContentRetired',
    contentId: args.contentId,
    effectiveAtSec: Number(args.effectiveAtSec),
    ...terms(args.pricePerUnit, args.providerShareBps, args.unit),
  }),
  StreamRegistered: ({ contentId, provider, url }) => ({
    name: 'StreamRegistered',
    contentId,
    provider: lower(provider),
    url,
  }),
  StreamUpdated: ({ contentId, provider, url }) => ({
    name: 'StreamUpdated',
    contentId,
    provider: lower(provider),
    url,
  }),
  StreamDeregistered: ({ contentId, provider }) => ({
    name: 'StreamDeregistered',
    contentId,
    provider: lower(provider),
  }),
  ViewPaid: (args) => ({
    name: 'ViewPaid',
    contentId: args.contentId,
    viewer: lower(args.viewer),
    provider: lower(args.provider),
    units: Number(args.units),
    creatorAmount: args.creatorAmount,
    providerAmount: args.providerAmount,
  }),
  ViewsSponsored: ({ sponsor, contentId, unitPrice, lane }) => ({
    name: 'ViewsSponsored',
    sponsor: lower(sponsor),
    contentId,
    unitPrice,
    lane,
    views: [],
  }),
  ViewSkipped: ({ sponsor, contentId, ref, nonce, reason }) => ({
    name: 'ViewSkipped',
    sponsor: lower(sponsor),
    contentId,
    ref,
    nonce,
    reason: Number(reason),
  }),
  SurplusCredited: ({ sponsor, token, amount }) => ({
    name: 'SurplusCredited',
    sponsor: lower(sponsor),
    token: lower(token),
    amount,
  }),
  Withdrawn: ({ account, token, to, amount }) => ({
    name: 'Withdrawn',
    account: lower(account),
    token: lower(token),
    to: lower(to),
    amount,
  }),
  NonceInvalidated: ({ account, word, mask }) => ({
    name: 'NonceInvalidated',
    account: lower(account),
    word,
    mask,
  }),
  ChannelOpened: ({ channelId, viewer, provider, token, authorizer, salt }) => ({
    name: 'ChannelOpened',
    channelId,
    viewer: lower(viewer),
    provider: lower(provider),
    token: lower(token),
    authorizer: lower(authorizer),
    salt,
  }),
  Deposited: ({ channelId, payer, amount }) => ({
    name: 'Deposited',
    channelId,
    payer: lower(payer),
    amount,
  }),
  WithdrawInitiated: ({ channelId, withdrawableAtSec }) => ({
    name: 'WithdrawInitiated',
    channelId,
    withdrawableAtSec: Number(withdrawableAtSec),
  }),
  WithdrawCancelled: ({ channelId }) => ({ name: 'WithdrawCancelled', channelId }),
  WithdrawFinalized: ({ channelId, amount, epoch }) => ({
    name: 'WithdrawFinalized',
    channelId,
    amount,
    epoch: Number(epoch),
  }),
  ChannelReleased: ({ channelId, amount, epoch }) => ({
    name: 'ChannelReleased',
    channelId,
    amount,
    epoch: Number(epoch),
  }),
  ClaimBatch: ({ provider, token, contents }) => ({
    name: 'ClaimBatch',
    provider: lower(provider),
    token: lower(token),
    contents: (contents as Result).map(({ contentId, unitPrice, providerShareBps }) => ({
      contentId,
      unitPrice,
      providerShareBps: Number(providerShareBps),
    })),
  }),
  VoucherClaimed: ({ channelId, seq }) => ({
    name: 'VoucherClaimed',
    channelId,
    seq: Number(seq),
    items: [],
  }),
  VoucherRejected: ({ channelId, seq, reason }) => ({
    name: 'VoucherRejected',
    channelId,
    seq: Number(seq),
    reason: Number(reason),
  }),
  ClaimDelegateSet: ({ provider, delegate }) => ({
    name: 'ClaimDelegateSet',
    provider: lower(provider),
    delegate: lower(delegate),
  }),
};

function eventNamed(name: string): EventFragment {
  const found = contractInterface.fragments.find(
    (fragment): fragment is EventFragment =>
      fragment.type === 'event' && 'name' in fragment && fragment.name === name,
  );
  if (!found) throw new Error(`the contract has no event ${name}`);
  return found;
}

function logOf(name: string, values: readonly unknown[]): RawLog {
  const { topics, data } = contractInterface.encodeEventLog(eventNamed(name), [...values]);
  return { address: ADDRESS, blockNumber: 7, blockHash: HASH, txHash: HASH, logIndex: 3, topics, data };
}

/** Any value of a parameter, as large as the contract allows. */
function anyOf({ name, type, arrayChildren, components }: ParamType): fc.Arbitrary<unknown> {
  if (arrayChildren) return fc.array(anyOf(arrayChildren), { maxLength: 5 });
  if (components) return fc.tuple(...components.map(anyOf));
  const hex = (bytes: number) =>
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => hexlify(array));
  const upTo = (bits: bigint) => fc.bigInt(0n, 2n ** bits - 1n);
  if (type === 'address') return hex(20);
  if (type === 'bytes32') return hex(32);
  if (type === 'bool') return fc.boolean();
  if (type === 'string')
    return fc.string({ unit: 'grapheme', maxLength: 300 }).filter((text) => !text.includes('\0'));
  if (type === 'bytes') return fc.constant('0x');
  if (name === 'units') return upTo(32n);
  if (name === 'unit' || name === 'unitBefore') return fc.bigInt(0n, 2n);
  if (name === 'effectiveAtSec' || name === 'withdrawableAtSec') return upTo(48n);
  if (name === 'epoch' || name === 'seq') return upTo(32n);
  if (name === 'providerShareBps') return upTo(16n);
  return type === 'uint8' ? fc.bigInt(0n, 3n) : upTo(BigInt(type.slice(4)));
}

describe('decode()', () => {
  it('knows every event of the contract, and no other', () => {
    const events = contractInterface.fragments.filter(
      (fragment) => fragment.type === 'event',
    ) as EventFragment[];
    // Inherited and never emitted: the domain can't change.
    const emitted = events.filter((event) => event.name !== 'EIP712DomainChanged');
    expect([...eventTopics].sort()).to.deep.equal(emitted.map((event) => event.topicHash).sort());
    expect(Object.keys(BY_ETHERS).sort()).to.deep.equal(emitted.map((event) => event.name).sort());
  });

  it('is null for a topic it does not know, and for a log without topics', () => {
    const log = logOf('Withdrawn', [ADDRESS, ADDRESS, ADDRESS, 1n]);
    expect(decode({ ...log, topics: [HASH] })).to.equal(null);
    expect(decode({ ...log, topics: [] })).to.equal(null);
  });

  for (const [name, expected] of Object.entries(BY_ETHERS)) {
    it(`reads ${name} as ethers does`, () => {
      const values = fc.tuple(...eventNamed(name).inputs.map(anyOf));
      fc.assert(
        fc.property(values, (some) => {
          const log = logOf(name, some);
          const args = contractInterface.parseLog(log)?.args;
          expect(decode(log)).to.deep.equal(args && expected(args));
        }),
        { numRuns: 50 },
      );
    });

    it(`throws BrokenLog for ${name} without its topics, or with data that ends early`, () => {
      const values = eventNamed(name).inputs.map((input) => fc.sample(anyOf(input), 1)[0]);
      const log = logOf(name, values);
      const broken = [{ ...log, topics: log.topics.slice(0, 1) }];
      if (log.data !== '0x') broken.push({ ...log, data: log.data.slice(0, -64) }, { ...log, data: '0x' });
      for (const one of broken) {
        expect(() => decode(one))
          .to.throw(BrokenLog)
          .with.property('log', one);
      }
    });
  }

  it('reads the items packed into VoucherClaimed', () => {
    const items = [
      { index: 2 ** 16 - 1, units: 2 ** 32 - 1 },
      { index: 0, units: 1 },
    ];
    const packed = items.map(({ index, units }) =>
      solidityPacked(['uint16', 'uint32'], [index, units]).slice(2),
    );
    const event = decode(logOf('VoucherClaimed', [HASH, 7n, `0x${packed.join('')}`]));
    expect(event).to.deep.equal({ name: 'VoucherClaimed', channelId: HASH, seq: 7, items });
    expect(() => decode(logOf('VoucherClaimed', [HASH, 7n, '0x0000']))).to.throw(BrokenLog);
  });

  it('reads the views packed into ViewsSponsored', () => {
    const view = {
      viewer: ADDRESS,
      provider: `0x${'cd'.repeat(20)}`,
      units: 2 ** 32 - 1,
      viewTimeSec: 2 ** 40 - 1,
    };
    const amounts = { creatorAmount: 2n ** 104n - 1n, providerAmount: 2n ** 104n - 2n };
    const one = { ...view, counter: 2 ** 32 - 1, ref: HASH, ...amounts };
    const two = { ...one, counter: 0, units: 1, viewTimeSec: 5, creatorAmount: 0n, providerAmount: 1n };
    const packed = [one, two].map((each) =>
      solidityPacked(
        ['address', 'address', 'uint32', 'uint40', 'uint32', 'bytes32', 'uint104', 'uint104'],
        Object.values(each),
      ).slice(2),
    );
    const event = decode(logOf('ViewsSponsored', [ADDRESS, HASH, 9n, 1n, `0x${packed.join('')}`]));
    expect(event?.name === 'ViewsSponsored' && event.views).to.deep.equal([one, two]);
  });

  it('throws BrokenLog for packed views that are cut off', () => {
    expect(() => decode(logOf('ViewsSponsored', [ADDRESS, HASH, 9n, 1n, `0x${'00'.repeat(110)}`]))).to.throw(
      BrokenLog,
    );
  });

  it('replaces what is no UTF-8, and zero characters, in text', () => {
    const good = logOf('StreamRegistered', [HASH, ADDRESS, 'http://x/abc']);
    const hex = Buffer.from('abc').toString('hex');
    const event = decode({ ...good, data: good.data.replace(hex, '00ff63') });
    expect(event).to.include({ url: 'http://x/\u{fffd}\u{fffd}c' });
  });
});
