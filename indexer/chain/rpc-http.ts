import { type Rpc, type RpcCall, readError } from './rpc.ts';
import { faultOf, RpcError, type RpcFault } from './rpc-errors.ts';

export interface HttpRpcOptions {
  url: string;
  timeoutMs?: number;
  /** Calls in one HTTP request; vendors limit it. */
  batchSize?: number;
}

interface Request extends RpcCall {
  jsonrpc: '2.0';
  id: number;
}

interface Answer {
  id?: unknown;
  result?: unknown;
  error?: unknown;
}

const FAULT_OF_STATUS: Readonly<Record<number, RpcFault>> = {
  408: 'timeout',
  413: 'too-much',
  429: 'rate-limited',
  504: 'timeout',
  524: 'timeout',
};

/** JSON-RPC over HTTP. Falls back to single requests at endpoints that refuse batches. */
export function createHttpRpc({ url, timeoutMs = 20_000, batchSize = 50 }: HttpRpcOptions): Rpc {
  // Never the whole address: it often holds the key of an account.
  const { host } = new URL(url);
  let takesBatches = true;
  let lastId = 0;

  async function send(payload: Request | Request[], name: string, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return answerIn(await response.text(), response.status, name);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof RpcError) throw cause;
      if (timeout.aborted) throw new RpcError('timeout', name, `no answer within ${timeoutMs} ms`, { cause });
      throw new RpcError('unreachable', name, `${host} can't be reached`, { cause });
    }
  }

  async function single(request: Request, signal?: AbortSignal): Promise<unknown> {
    return resultOf(request, (await send(request, request.method, signal)) as Answer);
  }

  async function together(requests: Request[], signal?: AbortSignal): Promise<unknown[]> {
    if (takesBatches && requests.length > 1) {
      const name = [...new Set(requests.map(({ method }) => method))].join(' + ');
      const answer = await send(requests, name, signal);
      if (Array.isArray(answer)) return resultsOf(requests, answer);
      const { code, message } = readError((answer as Answer).error);
      const fault = faultOf(code, message);
      if (fault === 'rate-limited' || fault === 'lagging') throw new RpcError(fault, name, message, { code });
      takesBatches = false;
    }
    return Promise.all(requests.map((request) => single(request, signal)));
  }

  return {
    async batch(calls, { signal } = {}) {
      const results: unknown[] = [];
      for (let start = 0; start < calls.length; start += batchSize) {
        const requests = calls
          .slice(start, start + batchSize)
          .map(({ method, params }): Request => ({ jsonrpc: '2.0', id: ++lastId, method, params }));
        results.push(...(await together(requests, signal)));
      }
      return results;
    },
  };
}

/** Some nodes put their errors into 4xx and 5xx, proxies in front of them answer pages of HTML. */
function answerIn(text: string, status: number, name: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  const isAnswer = typeof body === 'object' && body !== null && ('result' in body || 'error' in body);
  if (Array.isArray(body) || isAnswer) return body;
  throw new RpcError(
    FAULT_OF_STATUS[status] ?? 'unreachable',
    name,
    `HTTP ${status} without a JSON-RPC answer`,
  );
}

function resultsOf(requests: readonly Request[], answers: readonly unknown[]): unknown[] {
  const byId = new Map(answers.map((answer) => [(answer as Answer | null)?.id, answer as Answer]));
  return requests.map((request) => resultOf(request, byId.get(request.id) ?? {}));
}

function resultOf({ method }: Request, { result, error }: Answer): unknown {
  if (error !== undefined && error !== null) {
    const { code, message } = readError(error);
    throw new RpcError(faultOf(code, message), method, message, { code });
  }
  if (result === undefined) throw new RpcError('unreachable', method, 'the answer holds no result');
  return result;
}
