import { RpcError } from '../rpc/errors.ts';
import type { RawLog } from '../rpc/log.ts';
import type { BlockRef } from '../store/rows.ts';

export interface Header extends BlockRef {
  parentHash: string;
  timestampSec: number;
  logsBloom: string;
  /** How many it holds. */
  transactions: number;
}

/** A block with the logs of the indexed contracts, in order. */
export interface SourceBlock extends Header {
  logs: RawLog[];
}

/** Reads a node's answer. @throws {RpcError} `lagging` for a block the node does not have. */
export function toHeader(answer: unknown, wanted: string): Header {
  if ((answer ?? null) === null)
    throw new RpcError('lagging', 'eth_getBlockByNumber', `the endpoint has no ${wanted}`);
  const { number, hash, parentHash, timestamp, logsBloom, transactions } = answer as Record<string, unknown>;
  return {
    number: toNumber(number),
    hash: toHex(hash),
    parentHash: toHex(parentHash),
    timestampSec: toNumber(timestamp),
    logsBloom: toHex(logsBloom),
    transactions: Array.isArray(transactions) ? transactions.length : 0,
  };
}

export function toLogs(answer: unknown): RawLog[] {
  if (!Array.isArray(answer) || answer.some((log) => !Array.isArray(log?.topics)))
    throw malformed('the answer is no list of logs');
  // Some nodes name logs that a reorganisation removed; they are no part of the chain.
  return answer.filter(({ removed }) => removed !== true).map(toLog);
}

function toLog(answer: Record<string, unknown> & { topics: unknown[] }): RawLog {
  return {
    address: toHex(answer.address),
    topics: answer.topics.map(toHex),
    data: toHex(answer.data),
    blockNumber: toNumber(answer.blockNumber),
    blockHash: toHex(answer.blockHash),
    txHash: toHex(answer.transactionHash),
    logIndex: toNumber(answer.logIndex),
  };
}

function toHex(value: unknown): string {
  if (typeof value === 'string' && value.startsWith('0x')) return value.toLowerCase();
  throw malformed(`malformed answer: ${String(value)} in the place of hex`);
}

export function toNumber(value: unknown): number {
  const number = Number(value);
  if (typeof value === 'string' && Number.isSafeInteger(number)) return number;
  throw malformed(`malformed answer: ${String(value)} in the place of a number`);
}

function malformed(message: string): RpcError {
  return new RpcError('unreachable', 'eth_getLogs', message);
}
