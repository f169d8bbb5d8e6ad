// The thread of hash-thread.ts. It answers in the order in which it is asked: `null` where it could not read.
import { readvSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type DigestJob, digestOf, lengthOf } from './digest.ts';

parentPort?.on('message', ({ pieces, from }: DigestJob) => {
  const isThere = !from || fill(pieces, from);
  parentPort?.postMessage(isThere ? digestOf(pieces) : null);
});

function fill(pieces: readonly Uint8Array[], { fd, position }: NonNullable<DigestJob['from']>): boolean {
  try {
    return readvSync(fd, pieces, position) === lengthOf(pieces);
  } catch {
    return false; // whoever asked reads it again, and finds out why
  }
}
