import { errorWith } from '../lib/errors.ts';
import { EXECUTION_REVERTED, revertOf } from './revert-data.ts';

/** What went wrong with a call, as far as it matters to the caller. */
export type RpcFault =
  /** No answer: the connection failed, or what came is no JSON-RPC. */
  | 'unreachable'
  /** No answer in time: the endpoint hangs, or was asked for too much. */
  | 'timeout'
  /** Come back later. */
  | 'rate-limited'
  /** A range of logs too wide, too rich or too slow for the endpoint: ask for less. */
  | 'too-much'
  /** The endpoint does not have the block yet, or contradicts itself. */
  | 'lagging'
  /** The endpoint does not know the method. */
  | 'unsupported'
  /** The node answered, and the answer is an error: asking again changes nothing. */
  | 'refused';

/** The `error` of a JSON-RPC answer. */
export interface NodeError {
  code: number | null;
  message: string;
  /** Data of a revert, `0x` for one without; `null` for any other error. */
  revert: string | null;
}

/** A JSON-RPC call that failed. `retryable` tells whether the same call may succeed later. */
export class RpcError extends errorWith<{
  fault: RpcFault;
  method: string;
  /** What the node answered; `null` where no answer came. */
  answer: NodeError | null;
}>() {
  constructor(
    fault: RpcFault,
    method: string,
    message: string,
    { answer = null, cause }: { answer?: NodeError | null; cause?: unknown } = {},
  ) {
    const retryable = fault !== 'refused' && fault !== 'unsupported';
    super(`${method}: ${message}`, { fault, method, answer, cause, retryable });
  }
}

/** The codes mean different things at different vendors, so the wording is asked first. In this order. */
const WORDINGS: readonly [RpcFault, RegExp][] = [
  ['refused', /revert|EVM error|invalid (opcode|jump)|out of gas|gas uint64|stack (under|over|limit)/i],
  ['refused', /return data out of/i],
  ['rate-limited', /rate.?limit|too many requests|throttl|capacity|throughput/i],
  ['rate-limited', /requests? per|call rate|credits/i],
  ['lagging', /beyond.*(head|latest)|(header|block|hash) not (found|available)|cannot be found/i],
  ['lagging', /unknown block|not yet (available|indexed)/i],
  ['too-much', /\branges?\b|too (large|big|wide|many)|more than [\d,]+|time(d)? ?-?out|deadline exceeded/i],
  ['too-much', /(response|result|block|log)s?.*(size|limit|exceed)/i],
  ['too-much', /(limit|exceed|max)\w*.*(block|log|result)s?/i],
];

const RATE_LIMIT_CODES = new Set([429, -32005, -32016]);
const UNSUPPORTED_CODES = new Set([-32601, -32004]);
const OWN_FAULT_CODES = new Set([-32600, -32602, -32700]);

/** Sorts an endpoint's error answer. */
export function faultOf(code: number | null, message: string): RpcFault {
  if (code === EXECUTION_REVERTED) return 'refused';
  for (const [fault, wording] of WORDINGS) if (wording.test(message)) return fault;
  if (code !== null && UNSUPPORTED_CODES.has(code)) return 'unsupported';
  if (code !== null && RATE_LIMIT_CODES.has(code)) return 'rate-limited';
  if (code !== null && OWN_FAULT_CODES.has(code)) return 'refused';
  return 'unreachable';
}

/** A node's error answer to a call. */
export function rpcErrorOf(method: string, answer: NodeError, options: ErrorOptions = {}): RpcError {
  const { code, message, revert } = answer;
  const fault = revert === null ? faultOf(code, message) : 'refused';
  return new RpcError(fault, method, message, { answer, ...options });
}

/** Reads whatever stands in an error's place. */
export function readError(error: unknown): NodeError {
  if (typeof error !== 'object' || error === null)
    return { code: null, message: String(error), revert: null };
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    code: typeof code === 'number' ? code : null,
    message: String(message ?? 'unknown error'),
    revert: revertOf(error),
  };
}

/** The endpoint is behind, or what it answers does not fit together. */
export function lagging(what: string): RpcError {
  return new RpcError('lagging', 'eth_getLogs', `the endpoint ${what}`);
}
