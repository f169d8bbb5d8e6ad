import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { JournalCorrupted } from '../errors.ts';

/** A line of the journal file: `<payload bytes> <checksum> <payload>\n`. */
export interface Frame {
  readonly payload: string;
  /** Covers the payload and the checksum before it, so a line changed, dropped or moved is noticed. */
  readonly checksum: string;
  /** 1-based. */
  readonly line: number;
}

const NEWLINE = 0x0a;

export function encodeFrame(previous: string, payload: string): { text: string; checksum: string } {
  const checksum = createHash('sha256').update(previous).update(payload).digest('hex').slice(0, 32);
  return { text: `${Buffer.byteLength(payload)} ${checksum} ${payload}\n`, checksum };
}

/**
 * Every whole line of `file`, in order. A line is only ever written after the one before it is on disk, so a
 * crash can tear just the last one: its offset goes to `cut`. A bad line elsewhere is a JournalCorrupted.
 */
export async function* readFrames(
  file: string,
  cut: (offset: number) => Promise<void>,
): AsyncGenerator<Frame> {
  const { size } = await stat(file);
  let checksum = '';
  let start = 0;
  for await (const { bytes, number } of splitLines(file)) {
    const end = start + bytes.length;
    const frame = decodeFrame(checksum, bytes, number);
    if (frame === undefined && end < size)
      throw new JournalCorrupted({ file, line: number, reason: 'wrong length or checksum' });
    if (frame === undefined) return await cut(start);
    checksum = frame.checksum;
    start = end;
    yield frame;
  }
}

function decodeFrame(previous: string, bytes: Buffer, line: number): Frame | undefined {
  const text = bytes.toString();
  const payload = text.slice(text.indexOf(' ', text.indexOf(' ') + 1) + 1, -1);
  const expected = encodeFrame(previous, payload);
  return text === expected.text ? { payload, checksum: expected.checksum, line } : undefined;
}

/** The file's lines with their newline; the last may lack it. */
async function* splitLines(file: string): AsyncGenerator<{ bytes: Buffer; number: number }> {
  let rest = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE, from)) {
      yield { bytes: rest.subarray(from, at + 1), number: ++number };
      from = at + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield { bytes: rest, number: ++number };
}
