import { createEndpoint } from './endpoint.ts';
import { RpcError, type RpcFault, readError, rpcErrorOf } from './errors.ts';
import type { Rpc, RpcCall } from './rpc.ts';

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

/** Calls on their way at a time where the endpoint takes them singly. */
const SINGLES_AT_ONCE = 10;
/** What may be said of a call in a batch because of the batch. */
const MAYBE_OF_BATCH: ReadonlySet<RpcFault> = new Set(['unreachable', 'rate-limited', 'too-much']);

/**
 * JSON-RPC over HTTP. Endpoints refuse batches, or long ones, in any words and also without: where a batch fails and
 * a call of it alone is answered, it was the batch, and shorter ones are sent from then on.
 */
export function createHttpRpc({ url, timeoutMs = 20_000, batchSize = 50 }: HttpRpcOptions): Rpc {
  const endpoint = createEndpoint(url, timeoutMs);
  let maxBatch = batchSize;
  let lastId = 0;

  async function single(request: Request, signal?: AbortSignal): Promise<unknown> {
    const answer = (await endpoint.post(request, request.method, { signal, again: true })) as Answer;
    // Errors may come without: a node that can't read a request does not know its id.
    if (answer.id !== request.id && 'result' in answer)
      throw new RpcError('unreachable', request.method, 'the answer is that of another request');
    return resultOf(request, answer);
  }

  function resultOf({ method }: Request, { result, error }: Answer): unknown {
    if (error !== undefined && error !== null) throw errorOf(method, error);
    if (result === undefined) throw new RpcError('unreachable', method, 'the answer holds no result');
    return result;
  }

  function errorOf(method: string, error: unknown): RpcError {
    const told = readError(error);
    return rpcErrorOf(method, { ...told, message: endpoint.tidy(told.message) });
  }

  async function together(requests: readonly Request[], signal?: AbortSignal): Promise<unknown[]> {
    const refused = (why: RpcError, culprit?: Request) => afterRefusal(requests, { why, culprit }, signal);
    const name = [...new Set(requests.map(({ method }) => method))].join(' + ');
    let answers: unknown;
    try {
      answers = await endpoint.post(requests, name, { signal, again: false });
    } catch (error) {
      if (error instanceof RpcError && MAYBE_OF_BATCH.has(error.fault)) return await refused(error);
      throw error;
    }
    if (!Array.isArray(answers)) return await refused(errorOf(name, (answers as Answer).error));
    const byId = new Map(answers.map((answer: Answer | null) => [answer?.id, answer ?? {}]));
    const results: unknown[] = [];
    for (const request of requests) {
      try {
        results.push(resultOf(request, byId.get(request.id) ?? {}));
      } catch (error) {
        if (!(error instanceof RpcError) || !MAYBE_OF_BATCH.has(error.fault)) throw error;
        return await refused(error, request);
      }
    }
    return results;
  }

  /** Whether the endpoint refuses the batch or the call, the call alone tells. */
  async function afterRefusal(
    requests: readonly Request[],
    { why, culprit = requests[0] }: { why: RpcError; culprit?: Request | undefined },
    signal?: AbortSignal,
  ): Promise<unknown[]> {
    if (culprit === undefined) throw why;
    const result = await single(culprit, signal);
    maxBatch = Math.max(1, Math.min(maxBatch, requests.length >> 1));
    const others = requests.filter((request) => request !== culprit);
    const rest = await inTurn(others, signal);
    rest.splice(requests.indexOf(culprit), 0, result);
    return rest;
  }

  async function inTurn(requests: readonly Request[], signal?: AbortSignal): Promise<unknown[]> {
    const results: unknown[] = [];
    while (results.length < requests.length) {
      const singly = maxBatch === 1;
      const some = requests.slice(results.length, results.length + (singly ? SINGLES_AT_ONCE : maxBatch));
      const found =
        singly || some.length === 1
          ? await Promise.all(some.map((request) => single(request, signal)))
          : await together(some, signal);
      for (const result of found) results.push(result);
    }
    return results;
  }

  return {
    async batch(calls, { signal } = {}) {
      const requests = calls.map(
        ({ method, params }): Request => ({ jsonrpc: '2.0', id: ++lastId, method, params }),
      );
      return await inTurn(requests, signal);
    },
  };
}
