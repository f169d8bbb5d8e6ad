import type { Response } from 'express';
import type { ByteRange } from '../../media/storage.ts';
import type { ByteSpan } from './range.ts';

/** So much of a file is handed to a connection at a time, and waits in memory where its reader has stopped. */
export const PORTION_BYTES = 65_536;
/** A reader that takes nothing for so long holds nothing else: the rest is read anew when it goes on. */
export const STALL_TIMEOUT_MS = 1_000;

/**
 * Sends a part of a file at its reader's pace. `writeHead` is called only when the first bytes are there, so that
 * damaged media can still be told as an error.
 */
export async function sendBytes(
  res: Response,
  writeHead: () => void,
  read: (range: ByteRange) => AsyncIterable<Uint8Array>,
  { start, end }: ByteSpan,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const unsent = { offset: start, length: end - start + 1, signal: gone.signal };
  try {
    while (unsent.length > 0 && (await sendUntilStalled(res, writeHead, read({ ...unsent }), unsent))) {
      await drained(res, gone.signal);
    }
    if (!res.headersSent) writeHead(); // an empty file
    res.end();
  } catch (error) {
    if (gone.signal.aborted) return; // the client has what it wanted, as players do all the time
    if (res.headersSent) res.destroy();
    throw error;
  }
}

/** @returns whether the reader has stopped; what it was not sent is left in `unsent`. */
async function sendUntilStalled(
  res: Response,
  writeHead: () => void,
  content: AsyncIterable<Uint8Array>,
  unsent: { offset: number; length: number; signal: AbortSignal },
): Promise<boolean> {
  for await (const bytes of content) {
    if (!res.headersSent) writeHead();
    for (let at = 0; at < bytes.length; at += PORTION_BYTES) {
      const portion = portionOf(bytes, at);
      unsent.offset += portion.length;
      unsent.length -= portion.length;
      if (!res.write(portion) && !(await drained(res, unsent.signal, STALL_TIMEOUT_MS))) return true;
    }
  }
  return false;
}

/** A copy of what follows `at`, since a view would keep the whole block in memory with it. */
export function portionOf(bytes: Uint8Array, at: number): Uint8Array {
  const portion = bytes.subarray(at, at + PORTION_BYTES);
  return bytes.buffer.byteLength <= PORTION_BYTES ? portion : Buffer.from(portion);
}

/** @returns `false` when nothing moved for `timeoutMs`. @throws the reason of the signal. */
export function drained(res: Response, signal: AbortSignal, timeoutMs?: number): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    signal.throwIfAborted();
    const done = (settle: () => void) => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onDrain = () => done(() => resolve(true));
    const onAbort = () => done(() => reject(signal.reason));
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => done(() => resolve(false)), timeoutMs);
    res.once('drain', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
