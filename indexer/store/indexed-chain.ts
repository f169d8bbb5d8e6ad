/** The chain, and how far the records follow it. */
export interface IndexedChain {
  /** Number of the newest block, asked of the chain. */
  head(): Promise<number>;
  /** Resolves when the store shows the block. */
  waitFor(block: number, options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<void>;
}

/** Resolves when the records show everything that the chain holds now. */
export async function catchUp(chain: IndexedChain): Promise<void> {
  await chain.waitFor(await chain.head());
}
