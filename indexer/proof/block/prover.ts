import { toQuantity } from 'ethers';
import { RpcError } from '../../rpc/errors.ts';
import type { Rpc } from '../../rpc/rpc.ts';
import type { BlockRef } from '../../store/rows.ts';
import { bloomBits, bloomMayHold } from '../../sync/bloom.ts';
import type { SourceBlock } from '../../sync/header.ts';
import { Receipts } from '../../sync/receipts.ts';
import { type ProvenHeader, provenHeader, provenLogs } from './proven.ts';
import { Unproven } from './unproven.ts';

export interface NamedEndpoint {
  /** For people; without what its address may hold of secrets. */
  name: string;
  rpc: Rpc;
}

/** A block whose logs of the contracts are these and no others, if the block that the proof began with is right. */
export interface ProvenBlock extends SourceBlock {
  /** What the proof took: the header's bloom excludes the contracts, or the receipts make its root. */
  by: 'bloom' | 'receipts';
}

/** What one endpoint has answered where another one's answer is proven. */
export interface Lie {
  endpoint: string;
  block: number;
  why: string;
}

interface Asked extends NamedEndpoint {
  receipts: Receipts;
}

const HEADERS_AT_ONCE = 50;

/** Proves blocks from one that is trusted down to the first, by nothing that an endpoint only says. */
export class Prover {
  readonly #endpoints: readonly Asked[];
  readonly #contracts: ReadonlySet<string>;
  readonly #contractBits;
  /** In the order in which they were found. */
  readonly lies: Lie[] = [];
  #current = 0;

  constructor(endpoints: readonly NamedEndpoint[], addresses: Iterable<string>) {
    this.#endpoints = endpoints.map((one) => ({ ...one, receipts: new Receipts(one.rpc) }));
    this.#contracts = new Set([...addresses].map((address) => address.toLowerCase()));
    this.#contractBits = [...this.#contracts].map(bloomBits);
  }

  /**
   * Blocks from `top` down to number `from`, some at a time.
   * @throws {Unproven} where the answer of no endpoint is proven, {RpcError} where none answers, the signal's reason
   */
  async *down(top: BlockRef, from: number, signal: AbortSignal): AsyncGenerator<ProvenBlock[], void> {
    for (let next = top; next.number >= from; ) {
      const headers = await this.#headers(next, from, signal);
      const blocks: ProvenBlock[] = [];
      for (const header of headers) blocks.push(await this.#block(header, signal));
      yield blocks;
      const last = headers.at(-1);
      if (!last) return;
      next = { number: last.number - 1, hash: last.parentHash };
    }
  }

  /** As many as are proven, at least the first. */
  async #headers(top: BlockRef, from: number, signal: AbortSignal): Promise<ProvenHeader[]> {
    const count = Math.min(HEADERS_AT_ONCE, top.number - from + 1);
    const calls = Array.from({ length: count }, (_, below) => ({
      method: 'eth_getBlockByNumber',
      params: [toQuantity(top.number - below), false],
    }));
    return await this.#proven(top.number, signal, async ({ rpc }) => {
      const [first, ...others] = await rpc.batch(calls, { signal });
      let last = provenHeader(first, top);
      const headers = [last];
      for (const answer of others) {
        const parent = { number: last.number - 1, hash: last.parentHash };
        try {
          last = provenHeader(answer, parent);
        } catch (error) {
          // It is asked for again, then as the first.
          if (error instanceof Unproven || error instanceof RpcError) return headers;
          throw error;
        }
        headers.push(last);
      }
      return headers;
    });
  }

  async #block(header: ProvenHeader, signal: AbortSignal): Promise<ProvenBlock> {
    if (!this.#contractBits.some((bits) => bloomMayHold(header.logsBloom, bits)))
      return { ...header, logs: [], by: 'bloom' };
    return await this.#proven(header.number, signal, async ({ receipts }) => {
      const logs = provenLogs(await receipts.ofBlock(header, signal), header, this.#contracts);
      return { ...header, logs, by: 'receipts' };
    });
  }

  /** The first answer that is proven, of all endpoints in turn: the others' then were none of this block. */
  async #proven<T>(block: number, signal: AbortSignal, ask: (endpoint: Asked) => Promise<T>): Promise<T> {
    const failures: { endpoint: string; error: Unproven | RpcError }[] = [];
    for (let tried = 0; tried < this.#endpoints.length; tried += 1) {
      const endpoint = this.#endpoints[this.#current % this.#endpoints.length];
      if (!endpoint) break;
      try {
        const answer = await ask(endpoint);
        for (const { endpoint: name, error } of failures)
          if (error instanceof Unproven) this.lies.push({ endpoint: name, block, why: error.why });
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Unproven || error instanceof RpcError)) throw error;
        failures.push({ endpoint: endpoint.name, error });
        this.#current += 1;
      }
    }
    const [first] = failures;
    const unproven = failures.find(({ error }) => error instanceof Unproven) ?? first;
    throw unproven?.error ?? new TypeError('no RPC endpoint is configured');
  }
}
