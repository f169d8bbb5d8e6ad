import { availableParallelism } from 'node:os';
import { quickDisk } from '../quick-disk.ts';
import { digestOf, lengthOf } from './digest.ts';
import { HashThread, type Reading } from './hash-thread.ts';

/** Less is done sooner than it is asked for. */
const MIN_BYTES = 65_536;
/** Where there is one core alone, a second thread would only take its time. */
const isThreadOfUse = availableParallelism() > 1;

/** The first part that is not there, or has another hash. */
export interface Wrong {
  nth: number;
  isMissing: boolean;
}

let thread: HashThread | null = null;

/**
 * Reads parts of a file and compares them with their hashes, in a thread: of all that is done with what is read, hashing
 * takes most time (decision 0121).
 * @throws what reading throws
 */
export async function readVerified(reading: Reading): Promise<Wrong | null> {
  if (await isRightInThread(reading)) return null;
  const { fd, parts } = reading;
  let { position } = reading;
  for (const [nth, { pieces, hash }] of parts.entries()) {
    const length = lengthOf(pieces);
    // The system takes no list without a place in it.
    const bytesRead = length > 0 ? await quickDisk.read(fd, pieces, position) : 0;
    if (bytesRead < length || !digestOf(pieces).equals(hash)) {
      return { nth, isMissing: bytesRead === 0 && length > 0 };
    }
    position += length;
  }
  return null;
}

async function isRightInThread(reading: Reading): Promise<boolean> {
  if (!isThreadOfUse || reading.isFirst || lengthOf(reading.parts[0]?.pieces ?? []) < MIN_BYTES) return false;
  thread ??= new HashThread(() => {
    thread = null; // the next one asked for starts another
  });
  return thread.isReady && (await thread.isRight(reading));
}
