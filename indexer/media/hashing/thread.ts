// The thread of hash-thread.ts. It answers in the order in which it is asked: `null` where it could not read.
import { readvSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type DigestJob, digestOf, lengthOf } from './digest.ts';

parentPort?.on('message', (job: DigestJob) => {
  parentPort?.postMessage(fill(job) ? digestOf(job.pieces) : null);
});

function fill({ pieces, fd, position }: DigestJob): boolean {
  try {
    return readvSync(fd, pieces, position) === lengthOf(pieces);
  } catch {
    return false; // whoever asked reads it again, and finds out why
  }
}
