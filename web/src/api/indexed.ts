import { host } from './host.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/** Resolves when the host's reads show a block, or when it is no use waiting for that. */
export async function untilIndexed(block: number): Promise<void> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  while (!late.aborted) {
    const shown = await host.chain.load(late).then(
      ({ indexed_block }) => indexed_block,
      () => null,
    );
    if (shown !== null && shown >= block) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
