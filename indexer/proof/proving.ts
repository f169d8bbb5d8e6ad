import type { BaseLogger } from 'pino';
import { RpcError } from '../rpc/errors.ts';
import type { Rpc } from '../rpc/rpc.ts';
import type { BlockRef } from '../store/rows.ts';
import type { ChainRecords, Completeness, ProofState } from '../store/store.ts';
import type { LogSource } from '../sync/log-source.ts';
import { agreedOn, Disagreement } from './block/agreed.ts';
import { type NamedEndpoint, Prover } from './block/prover.ts';
import { Unproven } from './block/unproven.ts';

export interface ProvingOptions {
  endpoints: readonly NamedEndpoint[];
  rpc: Rpc;
  source: Pick<LogSource, 'finalized'>;
  store: Pick<Completeness, 'logCounts' | 'proof' | 'setProof'> & Pick<ChainRecords, 'cursor'>;
  /** Lower case. */
  contracts: readonly string[];
  startBlock: number;
  log: Pick<BaseLogger, 'info' | 'warn'>;
  /** Between two steps, at least. */
  pauseMs?: number;
}

/** What is asked of the endpoints in a minute, on average. */
const CALLS_A_MINUTE = 600;
/** Where the chain does not say which blocks are final. */
const UNFINAL_BLOCKS = 256;
const PAUSE_MS = 10_000;
const PAUSE_AFTER_FAILURE_MS = 60_000;
const PAUSE_AFTER_STOP_MS = 3_600_000;
/** The mirror waits so long at most: it goes on where no proof is to be had. */
const TIMEOUT_MS = 5_000;

/**
 * Proves the records behind the tip, step by step: from a final block on whose hash the endpoints agree down to what is proven
 * already. What it finds it only tells: the records are repaired by whoever follows the chain.
 */
export class Proving {
  readonly #options: ProvingOptions;
  readonly #prover: Prover;
  #state: ProofState;
  #difference: number | null = null;
  #nextAtMs = 0;
  #lastProblem = '';

  constructor(options: ProvingOptions) {
    this.#options = options;
    this.#prover = new Prover(options.endpoints, options.contracts);
    this.#state = this.#nothing();
  }

  async start(): Promise<void> {
    const kept = await this.#options.store.proof();
    // Of another deployment's events nothing was proven then.
    if (kept?.contracts.join() === this.#state.contracts.join()) this.#state = kept;
  }

  /** The first block that is not proven. */
  unprovenFrom(): number {
    const { proven } = this.#state;
    return proven ? proven.number + 1 : this.#options.startBlock;
  }

  /** A block whose events in the records provably are not those of the chain. */
  difference(): number | null {
    return this.#difference;
  }

  /** What stood above is gone, or all of it (`null`). */
  async rewound(to: BlockRef | null): Promise<void> {
    const { proven } = this.#state;
    this.#difference = null;
    const isAbove = proven !== null && (to === null || to.number < proven.number);
    await this.#set({ ...this.#state, walk: null, proven: isAbove ? to : proven });
  }

  /** Goes on by one step where one is due; fails never, but for the signal's reason. */
  async step(signal: AbortSignal): Promise<void> {
    if (this.#difference !== null || performance.now() < this.#nextAtMs) return;
    let pauseMs = this.#options.pauseMs ?? PAUSE_MS;
    try {
      const calls = await this.#walkOn(AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
      pauseMs = Math.max(pauseMs, (calls * 60_000) / CALLS_A_MINUTE);
      this.#lastProblem = '';
    } catch (error) {
      signal.throwIfAborted();
      const isStopped = error instanceof Unproven || error instanceof Disagreement;
      if (!isStopped && !(error instanceof RpcError) && (error as Error).name !== 'TimeoutError') throw error;
      pauseMs = isStopped ? PAUSE_AFTER_STOP_MS : PAUSE_AFTER_FAILURE_MS;
      this.#tell(error as Error);
    } finally {
      this.#nextAtMs = performance.now() + (this.#options.pauseMs === 0 ? 0 : pauseMs);
      for (const lie of this.#prover.lies.splice(0))
        this.#options.log.warn(lie, 'an endpoint has answered what is proven to be wrong');
    }
  }

  /** @returns how many calls it took, about. */
  async #walkOn(signal: AbortSignal): Promise<number> {
    const { rpc, store, log } = this.#options;
    const walk = this.#state.walk ?? (await this.#begun(signal));
    if (walk === null) return 1;
    const { value: blocks } = await this.#prover.down(walk.next, this.unprovenFrom(), signal).next();
    const [last, first] = [blocks?.at(-1), blocks?.[0]];
    if (!blocks || !first || !last) return 1;
    const counts = await store.logCounts({ from: last.number, to: first.number });
    const differing = blocks.filter(({ number, logs }) => logs.length !== (counts.get(number) ?? 0));
    const lowest = differing.at(-1);
    if (lowest) {
      const facts = {
        block: lowest.number,
        events: lowest.logs.length,
        records: counts.get(lowest.number) ?? 0,
      };
      log.warn(facts, 'the records provably differ from the chain: they are read again from this block');
      this.#difference = lowest.number;
      rpc.switchEndpoint?.();
    } else await this.#advance(walk, { number: last.number - 1, hash: last.parentHash });
    return blocks.reduce((sum, { by }) => sum + (by === 'receipts' ? 2 : 1), 0);
  }

  async #begun(signal: AbortSignal): Promise<ProofState['walk']> {
    const { source, store, endpoints } = this.#options;
    const indexed = (await store.cursor())?.number ?? -1;
    const number = Math.min(indexed, (await source.finalized()) ?? indexed - UNFINAL_BLOCKS);
    if (number < this.unprovenFrom()) return null;
    const top = await agreedOn(endpoints, number, signal);
    return { top, next: top };
  }

  async #advance({ top }: NonNullable<ProofState['walk']>, next: BlockRef): Promise<void> {
    const { proven } = this.#state;
    if (next.number >= this.unprovenFrom()) return await this.#set({ ...this.#state, walk: { top, next } });
    // What was proven is of another chain: all of it anew.
    const isOther = proven !== null && proven.hash !== next.hash;
    await this.#set({ ...this.#state, walk: null, proven: isOther ? null : top });
  }

  async #set(state: ProofState): Promise<void> {
    this.#state = state;
    await this.#options.store.setProof(state);
  }

  #nothing(): ProofState {
    return { contracts: this.#options.contracts.toSorted(), proven: null, walk: null };
  }

  #tell(error: Error): void {
    if (error.message !== this.#lastProblem)
      this.#options.log.warn({ err: error }, 'the proof of the records does not go on for now');
    this.#lastProblem = error.message;
  }
}
