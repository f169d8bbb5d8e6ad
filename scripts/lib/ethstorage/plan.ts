import { sum } from '../../../indexer/lib/money.ts';

/** What storing a file takes, one way. */
export interface StoringCost {
  by: 'calldata' | 'blobs';
  chunks: number;
  transactions: number;
  /** `null` where it is not known. */
  gas: bigint | null;
  blobGas: bigint;
  /** What EthStorage asks to keep the chunks, wei; `null` where it is not known. */
  paymentWei: bigint | null;
}

/** What the chain asks at the moment, wei. */
export interface FeesNow {
  gasPriceWei: bigint;
  blobBaseFeeWei: bigint;
}

export const BLOB_CHUNK_BYTES = 130_044;
const BLOBS_PER_TRANSACTION = 6;
const GAS_PER_BLOB = 131_072n;

const TRANSACTION_GAS = 21_000n;
/** What the directory adds to a file's first transaction, to each further one, and for each chunk; measured. */
const DIRECTORY_GAS = { first: 80_000n, further: 20_000n, chunk: 32_000n };

/**
 * @param sampled gas of single chunks, as far as they were measured: the first ones, then the last.
 */
export function calldataCost(chunks: number, sampled: readonly bigint[]): StoringCost {
  const measured = sum(sampled);
  const [, second = sampled[0] ?? 0n] = sampled; // of a whole chunk; the first one also opens the file
  const gas = measured + second * BigInt(chunks - sampled.length);
  return { by: 'calldata', chunks, transactions: chunks, gas, blobGas: 0n, paymentWei: 0n };
}

/**
 * @param keeping what EthStorage's contract takes for one chunk: gas of a transaction of its own, and payment;
 *   `null` where the chain has no such contract.
 */
export function blobCost(
  sizeBytes: number,
  keeping: { gas: bigint; paymentWei: bigint } | null,
): StoringCost {
  const chunks = Math.ceil(sizeBytes / BLOB_CHUNK_BYTES);
  const transactions = Math.ceil(chunks / BLOBS_PER_TRANSACTION);
  const common = { by: 'blobs', chunks, transactions, blobGas: GAS_PER_BLOB * BigInt(chunks) } as const;
  if (keeping === null) return { ...common, gas: null, paymentWei: null };
  const opening = TRANSACTION_GAS + DIRECTORY_GAS.first;
  const further = BigInt(transactions - 1) * (TRANSACTION_GAS + DIRECTORY_GAS.further);
  const perChunk = DIRECTORY_GAS.chunk + keeping.gas - TRANSACTION_GAS;
  const gas = opening + further + perChunk * BigInt(chunks);
  return { ...common, gas, paymentWei: keeping.paymentWei * BigInt(chunks) };
}

/** All of it in wei at the fees of the moment; `null` where a part is not known. */
export function totalWei(cost: StoringCost, fees: FeesNow | null): bigint | null {
  const { gas, blobGas, paymentWei } = cost;
  if (fees === null || gas === null || paymentWei === null) return null;
  return gas * fees.gasPriceWei + blobGas * fees.blobBaseFeeWei + paymentWei;
}
