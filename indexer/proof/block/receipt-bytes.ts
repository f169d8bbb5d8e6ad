import { concat, encodeRlp, getBytes, type RlpStructuredDataish } from 'ethers';
import { BaseError } from '../../lib/errors.ts';
import { hexBytes, numberBytes } from './header-hash.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Ethereum's own since Pectra; Arbitrum's for deposits, retryable tickets and what its nodes do themselves. */
const PLAIN_TYPES: ReadonlySet<number> = new Set([
  ...[0x00, 0x01, 0x02, 0x03, 0x04],
  ...[0x64, 0x65, 0x66, 0x68, 0x69, 0x6a],
]);
/** Deposits of the OP stack. */
const DEPOSIT = 0x7e;

/** A transaction of a type that this program does not know: nobody can say what its receipt is hashed as. */
export class UnknownType extends BaseError {}

/**
 * A receipt as it stands in the trie that `receiptsRoot` is of.
 * @throws {UnknownType}, {TypeError} for what is no receipt
 */
export function receiptBytes(answer: Answer): Uint8Array {
  const type = Number(answer.type ?? 0);
  const fields: RlpStructuredDataish[] = [
    // Before Byzantium the state after the transaction stood where now its success does.
    (answer.status ?? null) === null ? hexBytes(answer.root) : numberBytes(answer.status),
    numberBytes(answer.cumulativeGasUsed),
    hexBytes(answer.logsBloom),
    listOf(answer.logs).map(logFields),
  ];
  if (type === DEPOSIT) fields.push(...depositFields(answer));
  else if (!PLAIN_TYPES.has(type)) throw new UnknownType(`a transaction of the unknown type ${answer.type}`);
  const bytes = encodeRlp(fields);
  return getBytes(type === 0 ? bytes : concat([Uint8Array.of(type), bytes]));
}

/** Before Canyon, which brought the version, the nonce was told, not hashed. */
function depositFields({ depositNonce, depositReceiptVersion }: Answer): RlpStructuredDataish[] {
  if ((depositReceiptVersion ?? null) === null) return [];
  return [numberBytes(depositNonce), numberBytes(depositReceiptVersion)];
}

function logFields(log: unknown): RlpStructuredDataish {
  const { address, topics, data }: Answer = Object(log);
  return [hexBytes(address), listOf(topics).map(hexBytes), hexBytes(data)];
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${String(value)} stands in the place of a list`);
}
