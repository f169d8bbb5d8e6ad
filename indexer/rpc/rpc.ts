import { RpcError, readError, rpcErrorOf } from './errors.ts';

export interface RpcCall {
  method: string;
  params: readonly unknown[];
}

/** A client of a chain's JSON-RPC: over HTTP or in process. */
export interface Rpc {
  /**
   * Sends calls together, as far as the endpoint allows; results come in the order of the calls.
   * @throws {RpcError} the first failure: all succeed or none counts.
   */
  batch(calls: readonly RpcCall[], options?: { signal?: AbortSignal | undefined }): Promise<unknown[]>;
  /** To be called where answers contradict each other: another endpoint is asked next, if there is one. */
  switchEndpoint?(): void;
}

/** A provider of EIP-1193, such as a development chain in this process. */
export interface Eip1193Provider {
  request(call: { method: string; params?: readonly unknown[] | object }): Promise<unknown>;
}

/** One call. @throws {RpcError} */
export async function call(
  rpc: Rpc,
  method: string,
  params: readonly unknown[],
  signal?: AbortSignal,
): Promise<unknown> {
  const [result] = await rpc.batch([{ method, params }], { signal });
  return result;
}

/** The chain that runs in this process. */
export function createProviderRpc(provider: Eip1193Provider): Rpc {
  async function send({ method, params }: RpcCall): Promise<unknown> {
    try {
      return await provider.request({ method, params: [...params] });
    } catch (cause) {
      throw rpcErrorOf(method, readError(cause), { cause });
    }
  }
  return {
    async batch(calls, { signal } = {}) {
      const results: unknown[] = [];
      for (const one of calls) {
        signal?.throwIfAborted();
        results.push(await send(one));
      }
      return results;
    },
  };
}

/**
 * Several endpoints of one chain: stays with the one that works, goes to the next when it does not answer, lags or
 * limits. What a node refuses is not asked elsewhere.
 */
export function createFailoverRpc(endpoints: readonly Rpc[]): Rpc {
  let current = 0;
  return {
    switchEndpoint() {
      current = (current + 1) % endpoints.length;
    },
    async batch(calls, options) {
      for (let tried = 1; ; tried++) {
        const index = current;
        const endpoint = endpoints[index % endpoints.length];
        if (!endpoint) throw new TypeError('no RPC endpoint is configured');
        try {
          return await endpoint.batch(calls, options);
        } catch (error) {
          if (!(error instanceof RpcError) || error.fault === 'too-much' || error.fault === 'refused')
            throw error;
          if (current === index) current = (index + 1) % endpoints.length;
          if (tried >= endpoints.length) throw error;
        }
      }
    },
  };
}
