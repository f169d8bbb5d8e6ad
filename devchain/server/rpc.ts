import { errorWith } from '../../indexer/lib/errors.ts';

/** One JSON-RPC call, as it is queued and journaled. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** The EIP-1193 shape: what ethers' BrowserProvider and this host's own parts talk to. */
export interface RpcProvider {
  request(call: { method: string; params?: readonly unknown[] | object }): Promise<unknown>;
}

/** A JSON-RPC failure with the code a client sees. */
export class RpcError extends errorWith<{ code: number }>() {
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, { ...options, code });
  }
}

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** What an answer's `error` member says about anything thrown on the way. */
export function toErrorMember(error: unknown): { code: number; message: string; data?: unknown } {
  if (!(error instanceof Error)) return { code: INTERNAL_ERROR, message: String(error) };
  const code = 'code' in error && typeof error.code === 'number' ? error.code : INTERNAL_ERROR;
  const data = 'data' in error ? error.data : undefined;
  return data === undefined || data === null
    ? { code, message: error.message }
    : { code, message: error.message, data };
}
