import type { Response } from 'express';
import type { ByteRange } from '../../../media/storage.ts';
import type { ByteSpan } from '../range.ts';
import { PacedWriter, portionOf } from './paced-writer.ts';

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
  using writer = new PacedWriter(res);
  const { signal } = writer;
  const unsent = { offset: start, length: end - start + 1 };
  const begin = () => {
    if (!res.headersSent) writeHead();
  };
  try {
    while (unsent.length > 0 && !(await sendAll(writer, begin, read({ ...unsent, signal }), unsent))) {
      await writer.drained();
    }
    begin(); // of an empty file
    res.end();
  } catch (error) {
    if (signal.aborted) return; // the client has what it wanted, as players do all the time
    if (res.headersSent) res.destroy();
    throw error;
  }
}

/** @returns `false` when the reader has stopped; what it was not sent is left in `unsent`. */
async function sendAll(
  writer: PacedWriter,
  begin: () => void,
  content: AsyncIterable<Uint8Array>,
  unsent: { offset: number; length: number },
): Promise<boolean> {
  for await (const bytes of content) {
    begin();
    for (let at = 0; at < bytes.length; ) {
      const portion = portionOf(bytes, at);
      at += portion.length;
      unsent.offset += portion.length;
      unsent.length -= portion.length;
      const sent = writer.write(portion);
      if (sent !== true && !(await sent)) return false;
    }
  }
  return true;
}
