import type { BlockRef, IndexedBlock } from '../store/rows.ts';
import type { BlockRange } from '../store/store.ts';

/** `missing`: the records lack logs of this block. `unsure`: not to be relied on yet. */
export type Verdict = 'whole' | 'unsure' | { missing: number };

/**
 * Whether the records hold all that the chain holds: what the indexer asks of the proof of the index. Near the head
 * every block is compared with its header as it comes, and so are the last blocks of a backfill; older ones are not.
 */
export interface Completeness {
  /** Takes up what an earlier process has left. */
  start(): Promise<void>;
  /** To be called before blocks are committed that are not compared with their headers. */
  skips(blocks: BlockRange): Promise<void>;
  /** Blocks of a backfill are committed. */
  committed(blocks: readonly IndexedBlock[]): void;
  /** To be called at each look that finds the records at the head, which is `at`. @throws {RpcError} */
  check(at: BlockRef, signal: AbortSignal): Promise<Verdict>;
  /**
   * Compares all that was skipped, up to `at`, with its headers.
   * @returns the first block that the records lack logs of; `null` where there is none.
   */
  missing(at: BlockRef, signal: AbortSignal): Promise<number | null>;
  /** What stood above is gone, or all of it (`null`): it is read again. */
  rewound(to: BlockRef | null): Promise<void>;
  /** Whether `check` has something to do. */
  isBusy(): boolean;
  /** The first block not compared with its header yet; `null` where all are. */
  unverifiedFrom(): number | null;
}
