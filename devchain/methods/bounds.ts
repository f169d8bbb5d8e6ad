import type { Engine } from '../engine.ts';
import { INVALID_PARAMS, type RpcCall, RpcError } from '../server/rpc.ts';

/** Block time stays this close to the clock of the machine: far enough for any test, and a date that can be written. */
const MAX_AHEAD_SEC = 100 * 366 * 86_400;
/** Empty blocks count, too: a mirror that begins anew reads them all. */
const MAX_BLOCKS = 10_000_000;

/** Calls whose bounds depend on what was called before; each is looked at right before it is written down. */
const BOUNDED = new Set(['evm_increaseTime', 'evm_mine', 'evm_setNextBlockTimestamp', 'hardhat_mine']);

export function isBounded({ method }: RpcCall): boolean {
  return BOUNDED.has(method);
}

/** @throws {RpcError} where a chain would come of it that no mirror can follow. */
export function requireBounds(call: RpcCall, engine: Engine, atSec: number): void {
  if (!isBounded(call)) return;
  if (timeAfter(call, engine, atSec) > atSec + MAX_AHEAD_SEC) {
    throw new RpcError(INVALID_PARAMS, `${call.method}: block time can be at most 100 years ahead`);
  }
  if (call.method === 'hardhat_mine' && engine.head.number + count(call) > MAX_BLOCKS) {
    throw new RpcError(INVALID_PARAMS, `hardhat_mine: goes to block ${MAX_BLOCKS} and no further`);
  }
}

/** Of the newest block then. */
function timeAfter(call: RpcCall, engine: Engine, atSec: number): number {
  const first = Number(call.params[0] ?? 0);
  const next = engine.nextSec(atSec);
  switch (call.method) {
    case 'evm_increaseTime':
      return next + first;
    case 'evm_setNextBlockTimestamp':
      return first;
    case 'hardhat_mine':
      return next + (count(call) - 1) * Number(call.params[1] ?? 1);
    default:
      return call.params.length > 0 ? first : next;
  }
}

function count({ params: [blocks = 1] }: RpcCall): number {
  return Number(blocks);
}
