import { EventFragment } from 'ethers';
import {
  PACKED_LAYOUTS,
  PACKED_PARAMETERS,
  type PackedRecord,
} from '../../indexer/contract/packed-layouts.ts';

/** A parameter in the ABI of an artifact. */
interface Parameter {
  name: string;
  type: string;
  internalType?: string;
  indexed?: boolean;
  components?: Parameter[];
}

interface AbiEvent {
  type: string;
  name: string;
  inputs: Parameter[];
}

/** One property of what is decoded: its type, and the expression that reads it. */
interface Field {
  name: string;
  type: string;
  read: string;
}

const WORD_DIGITS = 64;
/** Inherited and never emitted: the domain can't change. */
const NEVER_EMITTED = 'EIP712DomainChanged';
/** What the contract keeps below 2^53, though the ABI has 256 bits for it. */
const SMALL = /Sec$|Bps$|^(units|epoch|seq)$/;
const READERS = { string: 'hexAt', number: 'numberAt', bigint: 'bigintAt' };
const PARSERS = { number: 'Number', bigint: 'BigInt' };
const UNIT = /^unit(Before)?$/;
const HEAD = `/* Written by \`hardhat build\` from the contract's ABI (scripts/codegen/): not to be edited. */
import {
  bigintAt, bytesAt, type EventDecoder, hexAt, numberAt, recordsIn, textAt, tuplesAt,
} from '../indexer/contract/decode/abi-words.ts';
import { type Unit, unitOf } from '../indexer/lib/unit.ts';
`;

/** The TypeScript that reads the events of `abi`: an interface for each, and its decoder by its first topic. */
export function eventDecoders(abi: readonly { type: string }[]): string {
  const events = abi.filter(
    (one): one is AbiEvent => one.type === 'event' && 'name' in one && one.name !== NEVER_EMITTED,
  );
  const structs = new Map<string, string>();
  const decoders = events.map((event) => decoderOf(event, structs));
  const packed = (Object.keys(PACKED_LAYOUTS) as PackedRecord[]).map(packedReader);
  const union = `export type ChainEvent = ${events.map(({ name }) => name).join(' | ')};\n`;
  return [
    HEAD,
    ...structs.values(),
    ...packed,
    ...decoders.map(({ declaration }) => declaration),
    union,
    `export const EVENT_TOPICS = {\n${decoders.map(({ topic }) => topic).join('\n')}\n} as const;\n`,
    'export const EVENT_DECODERS: ReadonlyMap<string, EventDecoder<ChainEvent>> =',
    '  new Map<string, EventDecoder<ChainEvent>>([',
    ...decoders.map(({ entry }) => entry),
    '  ]);\n',
  ].join('\n');
}

function decoderOf(event: AbiEvent, structs: Map<string, string>) {
  const { name, inputs } = event;
  const indexed = inputs.filter((input) => input.indexed);
  const inData = inputs.filter((input) => !input.indexed);
  const fields = inputs.map((input): Field => {
    const field = input.indexed
      ? wordField(input, input.name, '0')
      : dataField(name, input, inData.indexOf(input) * WORD_DIGITS, structs);
    // The event's own name stands under `name`.
    return field.name === 'name' ? { ...field, name: nameOfContent(name) } : field;
  });
  const topics = indexed.map((input) => `, ${input.name} = ''`).join('');
  const named: Field = { name: 'name', type: `'${name}'`, read: `'${name}'` };
  const { topicHash } = EventFragment.from(event);
  return {
    declaration: interfaceOf(name, [named, ...fields]),
    topic: `  ${name}: '${topicHash}',`,
    entry: `    [EVENT_TOPICS.${name}, ([${topics}], data): ${name} => (${objectOf([named, ...fields])})],`,
  };
}

/** The contract's only parameter of that name is what a listing is called. */
function nameOfContent(event: string): string {
  if (event !== 'ContentPublished') throw new TypeError(`${event}.name needs a name of its own`);
  return 'videoName';
}

function dataField(event: string, input: Parameter, start: number, structs: Map<string, string>): Field {
  const { name, type } = input;
  if (type === 'string') return { name, type: 'string', read: `textAt(data, ${start})` };
  if (type === 'bytes') {
    const record = PACKED_PARAMETERS[`${event}.${name}`];
    if (record === undefined) throw new TypeError(`no layout says what ${event}.${name} holds`);
    return { name, type: `${record}[]`, read: `${readerName(record)}(bytesAt(data, ${start}))` };
  }
  if (type !== 'tuple[]') return wordField(input, 'data', String(start));
  const struct = /(\w+)\[\]$/.exec(input.internalType ?? '')?.[1] ?? '';
  const components = input.components ?? [];
  const fields = components.map((part, index) =>
    wordField(part, 'data', index === 0 ? 'start' : `start + ${index * WORD_DIGITS}`),
  );
  structs.set(struct, interfaceOf(struct, fields));
  const starts = `tuplesAt(data, ${start}, ${components.length * WORD_DIGITS})`;
  return { name, type: `${struct}[]`, read: `${starts}.map((start) => (${objectOf(fields)}))` };
}

/** A value in a word of its own, which is a topic or begins at digit `start` of the data. */
function wordField({ name, type }: Parameter, source: string, start: string): Field {
  if (UNIT.test(name))
    return { name, type: 'Unit', read: `unitOf(numberAt(${source}, ${start}, ${WORD_DIGITS}))` };
  const read = READERS[valueType(name, type)];
  const digits = type === 'address' ? 2 * 20 : WORD_DIGITS;
  const first = sum(start, WORD_DIGITS - digits);
  return { name, type: valueType(name, type), read: `${read}(${source}, ${first}, ${digits})` };
}

function valueType(name: string, type: string): keyof typeof READERS {
  if (type === 'address' || type === 'bytes32') return 'string';
  const bits = Number(/^uint(\d+)$/.exec(type)?.[1]);
  if (Number.isNaN(bits)) throw new TypeError(`events with ${type} are not read: teach scripts/codegen/`);
  return bits <= 48 || SMALL.test(name) ? 'number' : 'bigint';
}

/** No part of a whole record lies beyond the data, and none that is a number is too large for one. */
function packedReader(record: PackedRecord): string {
  let digits = 0;
  const fields = Object.entries(PACKED_LAYOUTS[record]).map(([name, solidity]): Field => {
    const bytes = solidity === 'address' ? 20 : solidity === 'bytes32' ? 32 : Number(solidity.slice(4)) / 8;
    const [from, to] = [sum('start', digits), sum('start', digits + bytes * 2)];
    const [type, text] = [valueType(name, solidity), `\`0x\${packed.slice(${from}, ${to})}\``];
    digits += bytes * 2;
    return { name, type, read: type === 'string' ? text : `${PARSERS[type]}(${text})` };
  });
  const reader = `export function ${readerName(record)}(packed: string): ${record}[] {`;
  const records = `  return recordsIn(packed, ${digits}).map((start) => (${objectOf(fields)}));`;
  return `${interfaceOf(record, fields)}\n${reader}\n${records}\n}\n`;
}

function readerName(record: PackedRecord): string {
  return `${record.charAt(0).toLowerCase()}${record.slice(1)}sIn`;
}

function sum(start: string, digits: number): string {
  if (digits === 0) return start;
  return /^\d+$/.test(start) ? String(Number(start) + digits) : `${start} + ${digits}`;
}

function interfaceOf(name: string, fields: readonly Field[]): string {
  return `export interface ${name} {\n${fields.map((field) => `  ${field.name}: ${field.type};\n`).join('')}}\n`;
}

function objectOf(fields: readonly Field[]): string {
  return `{ ${fields.map(({ name, read }) => (name === read ? name : `${name}: ${read}`)).join(', ')} }`;
}
