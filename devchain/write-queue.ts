import { crashPoint } from '../indexer/lib/crash-point.ts';
import type { Engine } from './engine.ts';
import type { Journal } from './journal/journal.ts';
import { isBounded, requireBounds } from './methods/bounds.ts';
import { readMethods } from './methods/methods.ts';
import { requireArguments, requireNotKept, writeMethods } from './methods/writes.ts';
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  type RpcCall,
  RpcError,
  type RpcProvider,
} from './server/rpc.ts';

/** The one way into the chain: reads pass at once, writes queue, are journaled, then carried out. */
export interface Door extends RpcProvider {
  /** Calls back after each write that changed the newest block. */
  onBlock(listener: () => void): void;
  /** Accounts that nobody rewrites from now on: without them a host could not start again. */
  keep(addresses: readonly string[]): void;
  /** Answers what is queued, refuses what comes later, and records the final block. */
  close(): Promise<void>;
}

interface QueuedCall {
  readonly call: RpcCall;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Calls that wait together share one journal line, so one sync to disk. */
const MAX_CALLS_PER_ENTRY = 256;

export function createDoor(chain: RpcProvider, engine: Engine, journal: Journal, nowSec: () => number): Door {
  const queue: QueuedCall[] = [];
  const listeners: (() => void)[] = [];
  const kept = new Set<string>();
  let drained: Promise<void> = Promise.resolve();
  let draining = false;
  let closed = false;

  async function request({ method, params }: { method: string; params?: readonly unknown[] | object }) {
    const call = plainCall(method, params);
    // Every account is unlocked here, so asking for access is asking which there are (EIP-1102).
    if (method === 'eth_requestAccounts') return await chain.request({ ...call, method: 'eth_accounts' });
    requireArguments(call);
    if (readMethods.has(method)) return await chain.request(call);
    if (!writeMethods.has(method)) throw new RpcError(METHOD_NOT_FOUND, `Method ${method} not found`);
    const whole = await withGas(call);
    requireNotKept(whole, kept);
    return await enqueue(whole);
  }

  /** A transaction's gas is estimated here, so that a replay need not estimate it again. */
  async function withGas(call: RpcCall): Promise<RpcCall> {
    const transaction = call.params[0];
    if (call.method !== 'eth_sendTransaction' || !isRecord(transaction) || 'gas' in transaction) return call;
    const gas = await chain.request({ method: 'eth_estimateGas', params: [transaction, 'pending'] });
    return { ...call, params: [{ ...transaction, gas }] };
  }

  function enqueue(call: RpcCall): Promise<unknown> {
    if (closed) return Promise.reject(new RpcError(INTERNAL_ERROR, 'The development chain is stopping'));
    return new Promise((resolve, reject) => {
      queue.push({ call, resolve, reject });
      if (!draining) drained = drain();
    });
  }

  async function drain(): Promise<void> {
    draining = true;
    while (queue.length > 0) {
      const group = queue.splice(0, groupSize());
      try {
        await carryOut(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    draining = false;
  }

  /** A call whose bounds depend on those before it stands alone. */
  function groupSize(): number {
    const next = queue.slice(0, MAX_CALLS_PER_ENTRY).findIndex(({ call }) => isBounded(call));
    return next === -1 ? MAX_CALLS_PER_ENTRY : Math.max(1, next);
  }

  async function carryOut(group: readonly QueuedCall[]): Promise<void> {
    const atSec = nowSec();
    for (const { call } of group) requireBounds(call, engine, atSec);
    await record(
      atSec,
      group.map(({ call }) => call),
    );
    crashPoint('devnet.journaled');
    for (const { call, resolve, reject } of group) {
      const before = engine.head;
      const outcome = engine.apply(call, atSec);
      await outcome.catch(() => undefined);
      crashPoint('devnet.mined');
      outcome.then(resolve, reject);
      if (engine.head.hash !== before.hash) for (const listener of listeners) queueMicrotask(listener);
    }
  }

  async function record(atSec: number, calls: readonly RpcCall[]): Promise<void> {
    const { number, hash } = engine.head;
    await journal.append({
      head: { number, hash },
      atSec,
      calls: calls.map((call) => ({ method: call.method, params: [...call.params] })),
    });
  }

  async function close(): Promise<void> {
    closed = true;
    await drained;
    // The last block's hash; where the journal is broken, its callers have heard of it already.
    await record(nowSec(), []).catch(() => undefined);
  }

  return {
    request,
    onBlock: (listener) => void listeners.push(listener),
    keep(addresses) {
      for (const address of addresses) kept.add(address.toLowerCase());
    },
    close,
  };
}

/** The call as JSON would carry it: what is carried out now and what a replay reads are the same. */
function plainCall(method: string, params: readonly unknown[] | object = []): RpcCall {
  if (!Array.isArray(params)) throw new RpcError(INVALID_PARAMS, `${method} takes its params as an array`);
  try {
    return { method, params: JSON.parse(JSON.stringify(params)) };
  } catch (cause) {
    throw new RpcError(INVALID_PARAMS, `${method} has params that JSON cannot hold`, undefined, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
