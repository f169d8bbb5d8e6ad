import { orAbort } from '../lib/with-timeout.ts';

/** What `source` yields. Ends promptly when `signal` aborts, even while the source hangs. */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    for (;;) {
      const next = await orAbort(items.next(), signal);
      exhausted = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // not awaited: a source that hangs would hold its reader too
    if (!exhausted) items.return?.().catch(() => undefined);
  }
}

/** Counts in `bytes` what passes, and ends promptly when `signal` aborts, even while the source hangs. */
export function meteredSource(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onProgress?: (bytesSoFar: number) => void,
) {
  const metered = {
    bytes: 0,
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      for await (const chunk of abortable(source, signal)) {
        metered.bytes += chunk.length;
        onProgress?.(metered.bytes);
        yield chunk;
      }
    },
  };
  return metered;
}
