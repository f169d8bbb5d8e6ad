/** What another host brings about has no event here. The last pause stays. */
const PAUSES_MS = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

interface Awaited {
  look: () => Promise<unknown>;
  /** Waits so long, and until the page is seen. */
  pause: (ms: number) => Promise<void>;
  leaving: AbortSignal;
}

/** Looks ever more seldom until it is left. A look that fails is followed by the next one. */
export async function lookWhileAwaited({ look, pause, leaving }: Awaited): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    await pause(PAUSES_MS[Math.min(looks, PAUSES_MS.length - 1)] ?? 0);
    if (leaving.aborted) return;
    await look().catch(() => undefined);
  }
}
