import {
  BrowserProvider,
  type JsonRpcApiProviderOptions,
  type JsonRpcError,
  type JsonRpcPayload,
  type JsonRpcResult,
} from 'ethers';
import { RpcError } from '../../rpc/errors.ts';
import { EXECUTION_REVERTED } from '../../rpc/revert-data.ts';
import { call, type Rpc } from '../../rpc/rpc.ts';

/** An old answer is an old nonce, and the network of a host does not change. */
const OPTIONS: JsonRpcApiProviderOptions = { cacheTimeout: -1, staticNetwork: true };
/** An error answer to these is to ethers a call that the contract refused. */
const TRIED_OUT: ReadonlySet<string> = new Set(['eth_call', 'eth_estimateGas']);
const NO_FUNDS = /insufficient funds/i;

/**
 * The chain for ethers, by the client that everything else goes by: its fail-over, its time-outs. A node's refusal
 * reaches ethers as such; no answer, or one to come back later, rejects with the {RpcError}.
 */
export class RpcProvider extends BrowserProvider {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc, chainId: number) {
    super({ request: ({ method, params }) => call(rpc, method, [params].flat()) }, chainId, OPTIONS);
    this.#rpc = rpc;
  }

  override async _send(
    payload: JsonRpcPayload | JsonRpcPayload[],
  ): Promise<(JsonRpcResult | JsonRpcError)[]> {
    return await Promise.all([payload].flat().map((one) => this.#ask(one)));
  }

  async #ask({ id, method, params }: JsonRpcPayload): Promise<JsonRpcResult | JsonRpcError> {
    try {
      return { id, result: await call(this.#rpc, method, Array.isArray(params) ? params : [params]) };
    } catch (error) {
      const refusal = error instanceof RpcError ? refusalIn(error) : null;
      if (refusal === null) throw error;
      return { id, error: refusal };
    }
  }
}

/** What ethers is to know; `null` where the call was not decided. */
function refusalIn({ fault, method, answer }: RpcError): JsonRpcError['error'] | null {
  if (answer === null || fault === 'rate-limited' || fault === 'lagging') return null;
  const { code, message, revert } = answer;
  if (revert !== null) {
    // In the words that ethers looks for.
    const reverted = /revert/i.test(message) ? message : `execution reverted: ${message}`;
    return { code: code ?? EXECUTION_REVERTED, message: reverted, data: revert };
  }
  if (TRIED_OUT.has(method) && !NO_FUNDS.test(message)) return null;
  return { code: code ?? 0, message };
}
