import { crashPoint } from '../indexer/lib/crash-point.ts';
import { Mutex } from '../indexer/lib/locks/keyed-mutex.ts';
import type { Engine } from './engine.ts';
import type { Journal } from './journal/journal.ts';
import { isBounded, requireBounds } from './methods/bounds.ts';
import { readMethods } from './methods/methods.ts';
import { requireArguments, requireUnprotected, writeMethods } from './methods/writes.ts';
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  type RpcCall,
  RpcError,
  type RpcProvider,
} from './server/rpc.ts';

interface QueuedCall {
  readonly call: RpcCall;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Calls that wait together share one journal line, so one sync to disk. */
const MAX_CALLS_PER_ENTRY = 256;

/** The one way into the chain: reads pass at once, writes queue, are journaled, then carried out. */
export class WriteQueue implements RpcProvider {
  readonly #chain: RpcProvider;
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #nowSec: () => number;
  readonly #queue: QueuedCall[] = [];
  readonly #listeners: (() => void)[] = [];
  readonly #protected = new Set<string>();
  readonly #turns = new Mutex();
  #isClosed = false;

  constructor(chain: RpcProvider, engine: Engine, journal: Journal, nowSec: () => number) {
    this.#chain = chain;
    this.#engine = engine;
    this.#journal = journal;
    this.#nowSec = nowSec;
  }

  async request({ method, params }: Parameters<RpcProvider['request']>[0]): Promise<unknown> {
    const call = plainCall(method, params);
    // Every account is unlocked here, so asking for access is asking which there are (EIP-1102).
    if (method === 'eth_requestAccounts')
      return await this.#chain.request({ ...call, method: 'eth_accounts' });
    requireArguments(call);
    if (readMethods.has(method)) return await this.#chain.request(call);
    if (!writeMethods.has(method)) throw new RpcError(METHOD_NOT_FOUND, `Method ${method} not found`);
    const whole = await this.#withGas(call);
    requireUnprotected(whole, this.#protected);
    return await this.#enqueue(whole);
  }

  /** Calls back after each write that changed the newest block. */
  onBlock(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Accounts that nobody rewrites from now on: without them a host could not start again. */
  protect(addresses: readonly string[]): void {
    for (const address of addresses) this.#protected.add(address.toLowerCase());
  }

  /** Answers what is queued, refuses what comes later, and records the final block. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // The last block's hash; where the journal is broken, its callers know already.
    await this.#turns.run(() => this.#record(this.#nowSec(), [])).catch(() => undefined);
  }

  /** A transaction's gas is estimated here, so that a replay need not estimate it again. */
  async #withGas(call: RpcCall): Promise<RpcCall> {
    const transaction = call.params[0];
    if (call.method !== 'eth_sendTransaction' || !isRecord(transaction) || 'gas' in transaction) return call;
    const gas = await this.#chain.request({ method: 'eth_estimateGas', params: [transaction, 'pending'] });
    return { ...call, params: [{ ...transaction, gas }] };
  }

  #enqueue(call: RpcCall): Promise<unknown> {
    if (this.#isClosed)
      return Promise.reject(new RpcError(INTERNAL_ERROR, 'The development chain is stopping'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ call, resolve, reject });
      void this.#turns.run(() => this.#carryOutNext());
    });
  }

  /** What waits by now; nothing where an earlier turn took this one's call along. */
  async #carryOutNext(): Promise<void> {
    const group = this.#queue.splice(0, this.#groupSize());
    if (group.length === 0) return;
    await this.#carryOut(group).catch((error: unknown) => {
      for (const { reject } of group) reject(error);
    });
  }

  /** A call whose bounds depend on those before it stands alone. */
  #groupSize(): number {
    const next = this.#queue.slice(0, MAX_CALLS_PER_ENTRY).findIndex(({ call }) => isBounded(call));
    return next === -1 ? MAX_CALLS_PER_ENTRY : Math.max(1, next);
  }

  async #carryOut(group: readonly QueuedCall[]): Promise<void> {
    const atSec = this.#nowSec();
    const calls = group.map(({ call }) => call);
    for (const call of calls) requireBounds(call, this.#engine, atSec);
    await this.#record(atSec, calls);
    crashPoint('devnet.journaled');
    for (const { call, resolve, reject } of group) {
      const before = this.#engine.head;
      const outcome = this.#engine.apply(call, atSec);
      await outcome.catch(() => undefined);
      crashPoint('devnet.mined');
      outcome.then(resolve, reject);
      if (this.#engine.head.hash !== before.hash)
        for (const listener of this.#listeners) queueMicrotask(listener);
    }
  }

  async #record(atSec: number, calls: readonly RpcCall[]): Promise<void> {
    const { number, hash } = this.#engine.head;
    await this.#journal.append({
      head: { number, hash },
      atSec,
      calls: calls.map((call) => ({ method: call.method, params: [...call.params] })),
    });
  }
}

/** The call as JSON would carry it: what is carried out now and what a replay reads are the same. */
function plainCall(method: string, params: readonly unknown[] | object = []): RpcCall {
  if (!Array.isArray(params)) throw new RpcError(INVALID_PARAMS, `${method} takes its params as an array`);
  try {
    return { method, params: JSON.parse(JSON.stringify(params)) };
  } catch (cause) {
    throw new RpcError(INVALID_PARAMS, `${method} has params that JSON cannot hold`, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
