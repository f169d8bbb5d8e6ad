/**
 * Counts and claims that live for a while, shared by all processes of a host: rate limits, budgets, single use.
 * Every back end passes test/indexer/counters/counters.suite.ts.
 */
export interface Counters {
  readonly name: string;
  /**
   * Adds `amount` (0 only reads) to the count of `key`, whose window begins with its first entry and lasts
   * `windowMs`; afterwards it begins again at 0.
   */
  add(key: string, amount: number, windowMs: number): Promise<Count>;
  /** @returns true for the first caller within `ttlMs`, false for every other. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  ping(): Promise<void>;
}

export interface Count {
  /** With the amount just added. */
  total: number;
  /** Until the count begins again. */
  resetsInMs: number;
}
