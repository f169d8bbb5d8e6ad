import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  concat,
  dataLength,
  dataSlice,
  type EventFragment,
  hexlify,
  type ParamType,
  type Result,
  solidityPacked,
  toBeHex,
  toBigInt,
  toNumber,
} from 'ethers';
import fc from 'fast-check';
import { BrokenLog, decode, eventTopics } from '../../../indexer/contract/decode/decode.ts';
import { hostInterface } from '../../../indexer/contract/interface.ts';
import { unitOf } from '../../../indexer/lib/unit.ts';
import type { RawLog } from '../../../indexer/rpc/log.ts';
import { eventDecoders } from '../../../scripts/codegen/event-decoders.ts';
import { StreamHost__factory } from '../../../types/ethers-contracts/factories/StreamHost__factory.ts';

const HASH = `0x${'12'.repeat(32)}`;
const ADDRESS = `0x${'ab'.repeat(20)}`;

/** Integers that are numbers of JavaScript; all others are bigint. */
const NUMBERS = new Set([
  ...['units', 'unit', 'unitBefore', 'providerShareBps', 'providerShareBpsBefore', 'reason'],
  ...['effectiveAtSec', 'withdrawableAtSec', 'seq', 'epoch'],
]);
const VIEW_TYPES = {
  ...{ viewer: 'address', provider: 'address', units: 'uint32', viewTimeSec: 'uint40', counter: 'uint32' },
  ...{ ref: 'bytes32', creatorAmount: 'uint104', providerAmount: 'uint104' },
};
const ITEM_TYPES = { index: 'uint16', units: 'uint32' };

/** What an event says, by what ethers reads from the log with the contract's own ABI. */
function byEthers(log: RawLog): Record<string, unknown> {
  const parsed = hostInterface.parseLog(log);
  if (!parsed) throw new Error('ethers does not know the log');
  const { fragment, args } = parsed;
  const read = fragment.inputs.map((input) => {
    const name = input.name === 'name' ? 'videoName' : input.name;
    return [name, readValue(input, args.getValue(input.name))];
  });
  return { name: fragment.name, ...Object.fromEntries(read) };
}

function readValue(type: ParamType, value: unknown): unknown {
  const { name, baseType, arrayChildren } = type;
  if (arrayChildren) return (value as Result).map((one) => readValue(arrayChildren, one));
  if (type.components) {
    const parts = type.components.map((part) => [part.name, readValue(part, (value as Result)[part.name])]);
    return Object.fromEntries(parts);
  }
  if (baseType === 'bytes') return unpacked(name === 'views' ? VIEW_TYPES : ITEM_TYPES, String(value));
  if (baseType === 'address') return String(value).toLowerCase();
  if (name === 'unit' || name === 'unitBefore') return unitOf(value as bigint);
  return NUMBERS.has(name) ? Number(value) : value;
}

/** Cut by ethers, whose numbers are bigint: a record's small ones are numbers. */
function unpacked(types: Readonly<Record<string, string>>, packed: string): Record<string, unknown>[] {
  const records: Record<string, unknown>[] = [];
  for (let at = 0; at < dataLength(packed); ) {
    const record: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(types)) {
      const bytes = sizeOf(type);
      const part = dataSlice(packed, at, at + bytes);
      if (!type.startsWith('uint')) record[name] = part;
      else record[name] = bytes <= 6 ? toNumber(part) : toBigInt(part);
      at += bytes;
    }
    records.push(record);
  }
  return records;
}

function sizeOf(type: string): number {
  return type === 'address' ? 20 : type === 'bytes32' ? 32 : Number(type.slice(4)) / 8;
}

/** Inherited and never emitted: the domain can't change. */
const NEVER_EMITTED = 'EIP712DomainChanged';
const EVENTS = hostInterface.fragments
  .filter((fragment): fragment is EventFragment => fragment.type === 'event')
  .map(({ name }) => name)
  .filter((name) => name !== NEVER_EMITTED);

function eventNamed(name: string): EventFragment {
  const found = hostInterface.fragments.find(
    (fragment): fragment is EventFragment =>
      fragment.type === 'event' && 'name' in fragment && fragment.name === name,
  );
  if (!found) throw new Error(`the contract has no event ${name}`);
  return found;
}

function logOf(name: string, values: readonly unknown[]): RawLog {
  const { topics, data } = hostInterface.encodeEventLog(eventNamed(name), [...values]);
  return { address: ADDRESS, blockNumber: 7, blockHash: HASH, txHash: HASH, logIndex: 3, topics, data };
}

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => hexlify(array));
const upTo = (bits: bigint) =>
  fc.oneof(fc.bigInt(0n, 2n ** bits - 1n), fc.constantFrom(0n, 1n, 2n ** bits - 1n));

/** Empty, long, and of characters that take several bytes. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('', '\u{1f3ac}'.repeat(500), 'e\u0301\u00df\u4e2d', 'x'.repeat(3_000)),
  )
  .filter((text) => !text.includes('\0'));

function anyRecords(types: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const parts = Object.values(types).map((type) =>
    type.startsWith('uint')
      ? upTo(BigInt(type.slice(4))).map((number) => toBeHex(number, sizeOf(type)))
      : hex(sizeOf(type)),
  );
  return fc.array(fc.tuple(...parts).map(concat), { maxLength: 40 }).map(concat);
}

/** Any value of a parameter, as large as the contract allows. */
function anyOf({ name, type, arrayChildren, components }: ParamType): fc.Arbitrary<unknown> {
  if (arrayChildren) return fc.array(anyOf(arrayChildren), { maxLength: 5 });
  if (components) return fc.tuple(...components.map(anyOf));
  if (type === 'address') return hex(20);
  if (type === 'bytes32') return hex(32);
  if (type === 'bool') return fc.boolean();
  if (type === 'string') return anyText;
  if (type === 'bytes') return anyRecords(name === 'views' ? VIEW_TYPES : ITEM_TYPES);
  if (name === 'units') return upTo(32n);
  if (name === 'unit' || name === 'unitBefore') return fc.bigInt(0n, 2n);
  if (name === 'effectiveAtSec' || name === 'withdrawableAtSec') return upTo(48n);
  if (name === 'epoch' || name === 'seq') return upTo(32n);
  if (name === 'providerShareBps') return upTo(16n);
  return type === 'uint8' ? fc.bigInt(0n, 3n) : upTo(BigInt(type.slice(4)));
}

describe('decode()', () => {
  it('knows every event of the contract, and no other', () => {
    const topics = EVENTS.map((name) => eventNamed(name).topicHash);
    expect([...eventTopics].sort()).to.deep.equal(topics.sort());
  });

  it('is what the build writes for the ABI, the same each time', async () => {
    const { abi } = StreamHost__factory;
    const written = await readFile(join(import.meta.dirname, '../../../types/stream-host-events.ts'), 'utf8');
    expect(eventDecoders(abi)).to.equal(written);
    expect(eventDecoders(abi)).to.equal(written);
  });

  it('is null for a topic it does not know, and for a log without topics', () => {
    const log = logOf('Withdrawn', [ADDRESS, ADDRESS, ADDRESS, 1n]);
    expect(decode({ ...log, topics: [HASH] })).to.equal(null);
    expect(decode({ ...log, topics: [] })).to.equal(null);
  });

  for (const name of EVENTS) {
    it(`reads ${name} as ethers does`, () => {
      const values = fc.tuple(...eventNamed(name).inputs.map(anyOf));
      fc.assert(
        fc.property(values, (some) => {
          const log = logOf(name, some);
          expect(decode(log)).to.deep.equal(byEthers(log));
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

    const { inputs } = eventNamed(name);
    const inData = inputs.filter((input) => !input.indexed);
    const isDynamic = ({ type }: ParamType) => ['string', 'bytes'].includes(type) || type.endsWith(']');
    if (!inData.some(isDynamic)) continue;
    it(`throws BrokenLog for ${name} with an offset, or a length, beyond its data`, () => {
      const values = inputs.map((input) => fc.sample(anyOf(input), 1)[0]);
      const log = logOf(name, values);
      const size = dataLength(log.data);
      const wrong = [size, size + 32, 2 ** 31, 2n ** 53n - 1n, 2n ** 255n].map((value) => toBeHex(value, 32));
      inData.forEach((input, index) => {
        if (!isDynamic(input)) return;
        const at = Number(dataSlice(log.data, index * 32, index * 32 + 32));
        for (const word of wrong)
          for (const place of [index * 32, at]) {
            const data = concat([dataSlice(log.data, 0, place), word, dataSlice(log.data, place + 32)]);
            expect(() => decode({ ...log, data }), `${word} at ${place}`).to.throw(BrokenLog);
          }
      });
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
