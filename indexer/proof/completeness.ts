import type { BaseLogger } from 'pino';
import { RpcError } from '../rpc/errors.ts';
import type { Rpc } from '../rpc/rpc.ts';
import type { BlockRef } from '../store/rows.ts';
import type { BlockRange, Catalogue, Completeness as CompletenessStore } from '../store/store.ts';
import type { Completeness } from '../sync/completeness.ts';
import type { LogSource } from '../sync/log-source.ts';
import { createSums } from './sums.ts';

export interface CompletenessOptions {
  source: Pick<LogSource, 'differing'>;
  rpc: Rpc;
  store: CompletenessStore & Pick<Catalogue, 'contentById' | 'stream'>;
  contracts: readonly string[];
  startBlock: number;
  log: Pick<BaseLogger, 'info' | 'warn'>;
}

/** Blocks that are compared at each look, in the background and while the host waits for it. */
const AT_A_LOOK = { idle: 100, urgent: 500 };
/** So often in a row a difference of sums counts: an endpoint may lag, or the block may have been reorganised. */
const STRIKES = 2;
/** So often sums are tried at an endpoint that does not answer them. */
const TRIES = 5;

export function createCompleteness(options: CompletenessOptions): Completeness {
  const { source, rpc, store, startBlock, log } = options;
  const sums = createSums(rpc, store, options.contracts);
  let unverified: BlockRange | null = null;
  /** Sums are to be compared. */
  let isDue = true;
  /** Sums differ: what is not verified has to be before the records are relied on. */
  let isUrgent = false;
  let [strikes, failures] = [0, 0];

  async function setUnverified(blocks: BlockRange | null): Promise<void> {
    unverified = blocks && blocks.from <= blocks.to ? blocks : null;
    await store.setUnverifiedBlocks(unverified);
  }

  async function compareSums(at: BlockRef): Promise<'agree' | 'again' | 'differ'> {
    const { states, balances } = await differences(at);
    const isHint = balances.length > 0 && unverified !== null;
    if (states.length === 0 && !isHint) {
      // Money that was sent to a contract by force is nobody's: no event tells of it.
      if (balances.length > 0)
        log.warn({ balances, block: at.number }, 'a contract holds more or less than it owes');
      return 'agree';
    }
    rpc.switchEndpoint?.();
    strikes += 1;
    if (strikes < STRIKES) return 'again';
    log.warn(
      { states, balances, block: at.number },
      'the records differ from the chain: comparing every block',
    );
    if (states.length > 0) await setUnverified({ from: startBlock, to: at.number });
    return 'differ';
  }

  /** An endpoint that never answers what sums need leaves the work to the headers. */
  async function differences(at: BlockRef) {
    try {
      return await sums.compare(at);
    } catch (error) {
      failures += 1;
      if (!(error instanceof RpcError) || failures < TRIES) throw error;
      log.warn({ err: error }, 'the sums of the chain can not be compared');
      return { states: [], balances: [] };
    }
  }

  /** @returns the first block that the records lack logs of, if it is among the next ones. */
  async function verifyNext(signal: AbortSignal, most: number, until: number): Promise<number | null> {
    if (unverified === null) return null;
    const { from, to } = unverified;
    const last = Math.min(from + most - 1, to, until);
    const counts = await store.logCounts({ from, to: last });
    const [first] = await source.differing({ from, to: last }, counts, signal);
    if (first) return first.number;
    await setUnverified({ from: last + 1, to });
    return null;
  }

  return {
    async start() {
      unverified = await store.unverifiedBlocks();
    },

    async skips({ from, to }) {
      await setUnverified({ from: Math.min(from, unverified?.from ?? from), to });
    },

    committed(blocks) {
      sums.touched(blocks);
      isDue = true;
    },

    async check(at, signal) {
      if (isDue) {
        const compared = await compareSums(at);
        if (compared === 'again') return 'unsure';
        isDue = false;
        [strikes, failures] = [0, 0];
        isUrgent = compared === 'differ';
        if (!isUrgent) sums.forget();
      }
      const most = isUrgent ? AT_A_LOOK.urgent : AT_A_LOOK.idle;
      const missing = await verifyNext(signal, most, at.number).catch((error: unknown) => {
        // In the background there is always another look.
        if (isUrgent || !(error instanceof RpcError)) throw error;
        return null;
      });
      if (missing !== null) return { missing };
      if (!isUrgent) return 'whole';
      // Every header is compared and agrees: now the sums have to.
      if (unverified === null) isDue = true;
      return 'unsure';
    },

    async missing({ number }, signal) {
      while (unverified !== null && unverified.from <= number) {
        const missing = await verifyNext(signal, AT_A_LOOK.urgent, number);
        if (missing !== null) return missing;
      }
      return null;
    },

    async rewound(to) {
      isDue = true;
      isUrgent = false;
      await setUnverified(
        to && unverified && { from: unverified.from, to: Math.min(unverified.to, to.number) },
      );
    },

    isBusy: () => isDue || unverified !== null,
    unverifiedFrom: () => unverified?.from ?? null,
  };
}
