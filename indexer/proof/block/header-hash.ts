import { encodeRlp, keccak256, toBeArray } from 'ethers';

/** The fields of a header in the order in which they are hashed; later forks have added to the end. */
const FIELDS = [
  ...['parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom'],
  ...['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'extraData', 'mixHash', 'nonce'],
  ...['baseFeePerGas', 'withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot'],
  'requestsHash',
] as const;
/** These are hashed as numbers, without zeros before them; all others as the bytes that they are. */
const NUMBERS: ReadonlySet<string> = new Set([
  ...['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp'],
  ...['baseFeePerGas', 'blobGasUsed', 'excessBlobGas'],
]);
/** What nodes tell beside the header; on Arbitrum the last three stand in `extraData` and `mixHash` as well. */
const BESIDE: ReadonlySet<string> = new Set([
  ...['hash', 'size', 'totalDifficulty', 'transactions', 'uncles', 'withdrawals'],
  ...['l1BlockNumber', 'sendCount', 'sendRoot'],
]);

/**
 * The hash of a header as a node answers it, from its own fields.
 * @throws {TypeError} for a field that is no hex.
 */
export function headerHash(answer: Readonly<Record<string, unknown>>): string {
  const present = FIELDS.filter((name) => (answer[name] ?? null) !== null);
  return keccak256(encodeRlp(present.map((name) => hashed(answer[name], NUMBERS.has(name)))));
}

/** Names of fields that this program does not know: where the hash does not fit, a coming fork may be why. */
export function unknownFields(answer: Readonly<Record<string, unknown>>): string[] {
  const isKnown = (name: string) => BESIDE.has(name) || FIELDS.some((field) => field === name);
  return Object.keys(answer).filter((name) => !isKnown(name) && answer[name] !== null);
}

function hashed(value: unknown, isNumber: boolean): Uint8Array | string {
  return isNumber ? numberBytes(value) : hexBytes(value);
}

/** @throws {TypeError} */
export function numberBytes(value: unknown): Uint8Array {
  return toBeArray(BigInt(hexBytes(value)));
}

/** @throws {TypeError} */
export function hexBytes(value: unknown): string {
  if (typeof value === 'string' && /^0x[0-9a-f]*$/i.test(value)) return value;
  throw new TypeError(`${String(value)} stands in the place of hex`);
}
