// The thread of hash-thread.ts. It answers jobs in the order in which they come.
import { readvSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { digestOf, lengthOf } from './digest.ts';
import type { FromThread, Job, ToThread } from './messages.ts';

const memory = new Map<number, Uint8Array>();

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'job') parentPort?.postMessage(isRight(message) satisfies FromThread);
  else if (message.kind === 'memory') memory.set(message.number, message.bytes);
  else memory.delete(message.number);
});

function isRight({ numbers, lastBytes, fd, position, piecesPerPart, hashes }: Job): boolean {
  const pieces = numbers.map((number) => memory.get(number) as Uint8Array);
  const last = pieces.pop() as Uint8Array;
  pieces.push(last.length === lastBytes ? last : last.subarray(0, lastBytes));
  try {
    if (readvSync(fd, pieces, position) < lengthOf(pieces)) return false;
  } catch {
    return false; // whoever asked reads it again, and finds out why
  }
  let found = '';
  for (let at = 0; at < pieces.length; at += piecesPerPart) {
    found += digestOf(pieces.slice(at, at + piecesPerPart)).toString('latin1');
  }
  return found === hashes;
}
