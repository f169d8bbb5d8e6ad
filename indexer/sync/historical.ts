import { namedRange } from '../rpc/named-range.ts';
import { type Backoff, retrying, wantsLess } from '../rpc/retry.ts';
import type { SourceBlock } from './header.ts';
import type { LogSource } from './log-source.ts';

export interface HistoricalOptions {
  /** Blocks asked for at first; adapts to what the endpoint takes. */
  initialWidth?: number;
  maxWidth?: number;
  /** Ranges asked for at the same time. */
  inFlight?: number;
  backoff?: Backoff;
}

export interface HistoricalRange {
  from: number;
  to: number;
  /** Compares the logs with the header of each block. */
  everyHeader?: boolean;
}

/** A range with fewer logs than this lets the next one be wider. */
const FEW_LOGS = 4_000;
/** One with more makes the next ones narrower: answers are held as a whole, several at a time. */
const MANY_LOGS = 8_000;
const BACKOFF: Backoff = { minMs: 250, maxMs: 10_000, attempts: 6 };

/**
 * The blocks in `[from, to]` that hold logs, and the last of each range, in order. Ranges shrink when the endpoint
 * finds them too much, to what it says that it takes, and grow again; several are on their way while the first is being worked on.
 * @throws {RpcError} when the endpoint gives no answer though it was asked again.
 */
export async function* historicalBlocks(
  source: LogSource,
  { from, to, everyHeader = false }: HistoricalRange,
  signal: AbortSignal,
  { initialWidth = 25, maxWidth = 50_000, inFlight = 3, backoff = BACKOFF }: HistoricalOptions = {},
): AsyncGenerator<SourceBlock[]> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let width = initialWidth;
  let widest = maxWidth;
  let next = from;

  async function fetch(first: number, last: number): Promise<SourceBlock[]> {
    try {
      const blocks = await retrying(backoff, either, () =>
        source.range(first, last, either, { everyHeader }),
      );
      const logs = blocks.reduce((sum, block) => sum + block.logs.length, 0);
      const asked = last - first + 1;
      if (asked >= width && logs < FEW_LOGS) width = Math.min(width * 2, widest);
      if (logs > MANY_LOGS) width = Math.max(1, Math.min(width, asked >> 1));
      return blocks;
    } catch (error) {
      if (!wantsLess(error) || first === last) throw error;
      const asked = last - first + 1;
      const named = namedRange(error.message, asked);
      widest = Math.min(widest, named ?? widest);
      const fewer = named ?? Math.ceil(asked / 2);
      width = Math.max(1, Math.min(width, fewer));
      const blocks: SourceBlock[] = [];
      for (let at = first; at <= last; at += fewer)
        blocks.push(...(await fetch(at, Math.min(at + fewer - 1, last))));
      return blocks;
    }
  }

  const flights: Promise<SourceBlock[]>[] = [];
  try {
    while (next <= to || flights.length > 0) {
      while (next <= to && flights.length < inFlight) {
        const last = Math.min(next + width - 1, to);
        const flight = fetch(next, last);
        // Awaited in its turn; until then a failure must not count as unhandled.
        flight.catch(() => {});
        flights.push(flight);
        next = last + 1;
      }
      yield await (flights.shift() ?? []);
    }
  } finally {
    ending.abort();
  }
}
