import type { BaseLogger } from 'pino';
import { RpcError } from '../rpc/errors.ts';
import type { BlockRef, IndexedBlock } from '../store/rows.ts';
import type { BlockRange } from '../store/store.ts';
import type { Completeness, Verdict } from '../sync/completeness.ts';
import type { LogSource } from '../sync/log-source.ts';
import type { Proving } from './proving.ts';
import { type Differences, Sums, type SumsOptions } from './sums.ts';

export interface IndexProofOptions extends SumsOptions {
  source: Pick<LogSource, 'differing'>;
  startBlock: number;
  /** Where there are endpoints to be doubted. */
  proving?: Proving | undefined;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

/** Blocks that are compared at each look, in the background and while the host waits for it. */
const BLOCKS_A_LOOK = { idle: 100, urgent: 500 };
/** So often in a row a difference of sums counts: an endpoint may lag, or the block may have been reorganised. */
const MAX_STRIKES = 2;
/** So often sums are tried at an endpoint that does not answer them. */
const MAX_FAILURES = 5;

/**
 * Compares with their headers, in the background, the blocks that came without it; until that is done, the sums of the
 * contracts at the same block show that none is missing.
 */
export class IndexProof implements Completeness {
  readonly #options: IndexProofOptions;
  readonly #sums: Sums;
  #unverified: BlockRange | null = null;
  /** Sums are to be compared. */
  #isDue = true;
  /** Sums differ: all blocks have to be compared before the records are relied on. */
  #isUrgent = false;
  #strikes = 0;
  #failures = 0;

  constructor(options: IndexProofOptions) {
    this.#options = options;
    this.#sums = new Sums(options);
  }

  async start(): Promise<void> {
    this.#unverified = await this.#options.store.unverifiedBlocks();
    await this.#options.proving?.start();
  }

  async skips({ from, to }: BlockRange): Promise<void> {
    await this.#setUnverified({ from: Math.min(from, this.#unverified?.from ?? from), to });
  }

  committed(blocks: readonly IndexedBlock[]): void {
    this.#sums.touched(blocks);
    this.#isDue = true;
  }

  async check(at: BlockRef, signal: AbortSignal): Promise<Verdict> {
    if (this.#isDue) {
      const compared = await this.#compareSums(at);
      if (compared === 'again') return 'unsure';
      this.#isDue = false;
      this.#strikes = 0;
      this.#failures = 0;
      this.#isUrgent = compared === 'differ';
      if (!this.#isUrgent) this.#sums.forget();
    }
    const count = this.#isUrgent ? BLOCKS_A_LOOK.urgent : BLOCKS_A_LOOK.idle;
    const missing = await this.#verifyNext(signal, count, at.number).catch((error: unknown) => {
      // In the background there is always another look.
      if (this.#isUrgent || !(error instanceof RpcError)) throw error;
      return null;
    });
    if (missing !== null) return { missing };
    if (!this.#isUrgent) return await this.#prove(signal);
    // Every header is compared and agrees: now the sums have to.
    if (this.#unverified === null) this.#isDue = true;
    return 'unsure';
  }

  async missing({ number }: BlockRef, signal: AbortSignal): Promise<number | null> {
    while (this.#unverified !== null && this.#unverified.from <= number) {
      const missing = await this.#verifyNext(signal, BLOCKS_A_LOOK.urgent, number);
      if (missing !== null) return missing;
    }
    return null;
  }

  async rewound(to: BlockRef | null): Promise<void> {
    this.#isDue = true;
    this.#isUrgent = false;
    await this.#options.proving?.rewound(to);
    const unverified = this.#unverified;
    await this.#setUnverified(
      to && unverified && { from: unverified.from, to: Math.min(unverified.to, to.number) },
    );
  }

  isBusy(): boolean {
    return this.#isDue || this.#unverified !== null;
  }

  unverifiedFrom(): number | null {
    const unproven = this.#options.proving?.unprovenFrom();
    if (unproven === undefined) return this.#unverified?.from ?? null;
    return Math.min(unproven, this.#unverified?.from ?? unproven);
  }

  /** One step, once nothing else is left to compare. */
  async #prove(signal: AbortSignal): Promise<Verdict> {
    const { proving } = this.#options;
    if (this.#unverified === null) await proving?.step(signal);
    const missing = proving?.difference() ?? null;
    return missing === null ? 'whole' : { missing };
  }

  async #compareSums(at: BlockRef): Promise<'agree' | 'again' | 'differ'> {
    const { rpc, log, startBlock } = this.#options;
    const { states, balances } = await this.#differences(at);
    const isHint = balances.length > 0 && this.#unverified !== null;
    if (states.length === 0 && !isHint) {
      // Money that was sent to a contract by force is nobody's: no event shows it.
      if (balances.length > 0)
        log.warn({ balances, block: at.number }, 'a contract holds more or less than it owes');
      return 'agree';
    }
    this.#strikes += 1;
    if (this.#strikes < MAX_STRIKES) {
      // Once only: the second time of two would lead back to whose answers the records are.
      rpc.switchEndpoint?.();
      return 'again';
    }
    log.warn(
      { states, balances, block: at.number },
      'the records differ from the chain: comparing every block',
    );
    if (states.length > 0) await this.#setUnverified({ from: startBlock, to: at.number });
    return 'differ';
  }

  /** An endpoint that never answers what sums need leaves the work to the headers. */
  async #differences(at: BlockRef): Promise<Differences> {
    try {
      return await this.#sums.compare(at);
    } catch (error) {
      this.#failures += 1;
      if (!(error instanceof RpcError) || this.#failures < MAX_FAILURES) throw error;
      this.#options.log.warn({ err: error }, 'the sums of the chain can not be compared');
      return { states: [], balances: [] };
    }
  }

  /** @returns the first block that the records lack logs of, if it is among the next `count`. */
  async #verifyNext(signal: AbortSignal, count: number, until: number): Promise<number | null> {
    if (this.#unverified === null) return null;
    const { source, store } = this.#options;
    const { from, to } = this.#unverified;
    const blocks = { from, to: Math.min(from + count - 1, to, until) };
    const [first] = await source.differing(blocks, await store.logCounts(blocks), signal);
    if (first) return first.number;
    await this.#setUnverified({ from: blocks.to + 1, to });
    return null;
  }

  async #setUnverified(blocks: BlockRange | null): Promise<void> {
    this.#unverified = blocks && blocks.from <= blocks.to ? blocks : null;
    await this.#options.store.setUnverifiedBlocks(this.#unverified);
  }
}
