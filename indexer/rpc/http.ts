import { Endpoint } from './endpoint.ts';
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
/** Faults of a call in a batch that may be those of the batch. */
const MAYBE_OF_BATCH: ReadonlySet<RpcFault> = new Set(['unreachable', 'rate-limited', 'too-much']);

/**
 * JSON-RPC over HTTP. Endpoints refuse batches, or long ones, in any words and also without: where a batch fails and
 * a call of it alone is answered, it was the batch, and shorter ones are sent from then on.
 */
export class HttpRpc implements Rpc {
  readonly #endpoint: Endpoint;
  #maxBatch: number;
  #lastId = 0;

  constructor({ url, timeoutMs = 20_000, batchSize = 50 }: HttpRpcOptions) {
    this.#endpoint = new Endpoint(url, timeoutMs);
    this.#maxBatch = batchSize;
  }

  async batch(
    calls: readonly RpcCall[],
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<unknown[]> {
    const requests = calls.map(
      ({ method, params }): Request => ({ jsonrpc: '2.0', id: ++this.#lastId, method, params }),
    );
    return await this.#inTurn(requests, signal);
  }

  async #inTurn(requests: readonly Request[], signal?: AbortSignal): Promise<unknown[]> {
    const results: unknown[] = [];
    while (results.length < requests.length) {
      const singly = this.#maxBatch === 1;
      const start = results.length;
      const some = requests.slice(start, start + (singly ? SINGLES_AT_ONCE : this.#maxBatch));
      const found =
        singly || some.length === 1
          ? await Promise.all(some.map((request) => this.#single(request, signal)))
          : await this.#together(some, signal);
      for (const result of found) results.push(result);
    }
    return results;
  }

  async #single(request: Request, signal?: AbortSignal): Promise<unknown> {
    const answer = (await this.#endpoint.post(request, request.method, { signal, again: true })) as Answer;
    // Errors may come without: a node that can't read a request does not know its id.
    if (answer.id !== request.id && 'result' in answer)
      throw new RpcError('unreachable', request.method, 'the answer is that of another request');
    return this.#resultOf(request, answer);
  }

  async #together(requests: readonly Request[], signal?: AbortSignal): Promise<unknown[]> {
    const name = [...new Set(requests.map(({ method }) => method))].join(' + ');
    let [culprit] = requests;
    try {
      const answers = await this.#endpoint.post(requests, name, { signal, again: false });
      if (Array.isArray(answers)) {
        const byId = new Map(answers.map((answer: Answer | null) => [answer?.id, answer ?? {}]));
        const results: unknown[] = [];
        for (culprit of requests) results.push(this.#resultOf(culprit, byId.get(culprit.id) ?? {}));
        return results;
      }
    } catch (error) {
      if (!(error instanceof RpcError) || !MAYBE_OF_BATCH.has(error.fault)) throw error;
    }
    return culprit ? await this.#afterRefusal(requests, culprit, signal) : [];
  }

  /** The call alone shows whether the endpoint refuses the batch or the call. */
  async #afterRefusal(
    requests: readonly Request[],
    culprit: Request,
    signal?: AbortSignal,
  ): Promise<unknown[]> {
    const result = await this.#single(culprit, signal);
    this.#maxBatch = Math.max(1, Math.min(this.#maxBatch, requests.length >> 1));
    const others = requests.filter((request) => request !== culprit);
    const rest = await this.#inTurn(others, signal);
    rest.splice(requests.indexOf(culprit), 0, result);
    return rest;
  }

  #resultOf({ method }: Request, { result, error }: Answer): unknown {
    if (error !== undefined && error !== null) {
      const answer = readError(error);
      throw rpcErrorOf(method, { ...answer, message: this.#endpoint.tidy(answer.message) });
    }
    if (result === undefined) throw new RpcError('unreachable', method, 'the answer holds no result');
    return result;
  }
}
