import { z } from 'zod';
import type { Clock } from './clock.ts';
import { miningMethods } from './methods/methods.ts';
import type { RpcCall, RpcProvider } from './server/rpc.ts';

/** The newest block: what the journal records to prove that a replay is the same chain. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  readonly timeSec: number;
}

/**
 * Carries out state-changing calls one after the other, each at a given wall-clock time, so that the same
 * calls at the same times always give the same blocks. Used alike for new calls and for replaying old ones.
 */
export interface Engine {
  readonly head: Head;
  /** The time of a block that a call made at `atSec` would mine. */
  nextSec(atSec: number): number;
  /** Resolves to the call's answer, rejects as the simulated network does. Never run two at once. */
  apply(call: RpcCall, atSec: number): Promise<unknown>;
  /** Lets 'pending' reads see the clock's time again, after a replay at recorded times. */
  alignPending(atSec: number): Promise<void>;
}

const blockSchema = z.object({ number: z.string(), hash: z.string(), timestamp: z.string() });

export async function createEngine(chain: RpcProvider, clock: Clock): Promise<Engine> {
  let head = await readHead(chain);

  async function apply(call: RpcCall, atSec: number): Promise<unknown> {
    const choosesTime = call.method === 'evm_mine' && call.params.length > 0;
    if (miningMethods.has(call.method) && !choosesTime) {
      await chain.request({ method: 'evm_setNextBlockTimestamp', params: [clock.next(atSec)] });
    }
    const result = await chain.request(call);
    const before = head;
    head = await readHead(chain);
    if (call.method === 'evm_revert') {
      if (result === true) clock.reverted(String(call.params[0]), head.timeSec);
    } else if (head.hash !== before.hash) clock.mined(head.timeSec, atSec);
    else moveClock(call, result);
    return result;
  }

  function moveClock({ method, params }: RpcCall, result: unknown): void {
    if (method === 'evm_setNextBlockTimestamp') clock.pin(Number(params[0]));
    else if (method === 'evm_increaseTime') clock.advance(Number(params[0]));
    else if (method === 'evm_snapshot') clock.saved(String(result));
  }

  async function alignPending(atSec: number): Promise<void> {
    const chainOffsetSec = Number(await chain.request({ method: 'evm_increaseTime', params: [0] }));
    const wallSec = Math.floor(Date.now() / 1000);
    const lagSec = atSec + clock.offsetSec - (wallSec + chainOffsetSec);
    if (lagSec > 0) await chain.request({ method: 'evm_increaseTime', params: [lagSec] });
  }

  return {
    get head() {
      return head;
    },
    nextSec: (atSec) => clock.next(atSec),
    apply,
    alignPending,
  };
}

async function readHead(chain: RpcProvider): Promise<Head> {
  const block = blockSchema.parse(
    await chain.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
  );
  return { number: Number(block.number), hash: block.hash, timeSec: Number(block.timestamp) };
}
