import type { Rpc, RpcCall } from '../../../indexer/rpc/rpc.ts';

/** Stands in front of a real endpoint and falsifies what it says, as public endpoints do. */
export interface FaultyRpc extends Rpc {
  /** The calls that came, in order. */
  readonly calls: RpcCall[];
  /** How often an answer was doubted. */
  switches: number;
  /** Sees every answer and returns another one, or throws. Replaces the one before. */
  disturb(fault: Fault | null): void;
}

export type Fault = (call: RpcCall, answer: () => Promise<unknown>) => Promise<unknown>;

export function createFaultyRpc(real: Rpc): FaultyRpc {
  let fault: Fault | null = null;
  const calls: RpcCall[] = [];
  return {
    calls,
    switches: 0,
    switchEndpoint() {
      this.switches += 1;
    },
    disturb(next) {
      fault = next;
    },
    async batch(wanted, options) {
      calls.push(...wanted);
      const results: unknown[] = [];
      for (const one of wanted) {
        const answer = async () => (await real.batch([one], options))[0];
        results.push(fault ? await fault(one, answer) : await answer());
      }
      return results;
    },
  };
}
