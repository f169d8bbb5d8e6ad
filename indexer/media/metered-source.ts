import { orAbort } from '../lib/with-timeout.ts';

/** Counts in `bytes` what passes, and ends promptly when `signal` aborts, even while the source hangs. */
export function meteredSource(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onProgress?: (bytesSoFar: number) => void,
) {
  const metered = {
    bytes: 0,
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      const chunks = source[Symbol.asyncIterator]();
      let exhausted = false;
      try {
        for (;;) {
          const next = await orAbort(chunks.next(), signal);
          exhausted = next.done === true;
          if (next.done) return;
          metered.bytes += next.value.length;
          onProgress?.(metered.bytes);
          yield next.value;
        }
      } finally {
        // not awaited: a source that hangs would hold its reader too
        if (!exhausted) chunks.return?.().catch(() => undefined);
      }
    },
  };
  return metered;
}
