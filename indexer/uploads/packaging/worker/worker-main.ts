import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { inspect } from 'node:util';
import { describeMedia } from '../../../../packager/describe-media.ts';
import { MediaRefused } from '../../../../packager/errors.ts';
import type { MediaFile } from '../../../../packager/media-file.ts';
import { packageMedia } from '../../../../packager/package-media.ts';
import { planMedia } from '../../../../packager/plan-media.ts';
import { LocalFiles } from './local-files.ts';
import {
  type FromWorker,
  MAX_READ_BYTES,
  type PackagingJob,
  PIECE_BYTES,
  PIECES_AHEAD,
  type PlanningJob,
  type ToWorker,
} from './messages.ts';

/** The process that reads strangers' videos; see worker-process.ts. It knows the file that it is told, and no secret else. */
const NICENESS = 10;

/** How many pieces the taker has room for. */
let room = PIECES_AHEAD;
let onRoom = () => {};
let lastRead = 0;
const reads = new Map<number, (bytes: Uint8Array) => void>();

setPriority(NICENESS); // The host answers meanwhile.
// Where memory is short Linux ends this process and not the host; and no dump of its memory, clear video in it, is kept.
tellSystem('oom_score_adj', '1000');
tellSystem('coredump_filter', '0');

process.on('message', (message: ToWorker) => {
  if (message.kind === 'package') void run(() => packageFile(message.job));
  else if (message.kind === 'plan') void run(() => planFile(message.job));
  else if (message.kind === 'describe') void run(() => describeFile(message.sizeBytes));
  else if (message.kind === 'more') giveRoom();
  else {
    reads.get(message.id)?.(message.bytes);
    reads.delete(message.id);
  }
});
// The host has ended, or has no more work.
process.on('disconnect', () => process.exit());

function tellSystem(name: string, value: string): void {
  try {
    writeFileSync(`/proc/self/${name}`, value);
  } catch {
    // Another system, or one that is closed even more.
  }
}

async function run(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await send(failureOf(error));
  }
}

function failureOf(error: unknown): FromWorker {
  if (!(error instanceof MediaRefused)) return { kind: 'failed', cause: inspect(error) };
  const { reason, message, codec, cause } = error;
  return { kind: 'refused', reason, message, codec, cause: cause === undefined ? null : inspect(cause) };
}

async function packageFile({ path, pictures, smaller = [], ...options }: PackagingJob): Promise<void> {
  room = PIECES_AHEAD;
  const progress = { part: 0 };
  await using files = new LocalFiles((readings) => send({ kind: 'progress', readings, ...progress }));
  const file = await files.open(path);
  const others: MediaFile[] = [];
  for (const other of smaller) others.push(await files.open(other));
  const replaced = pictures === undefined ? {} : { pictures: await files.open(pictures) };
  for await (const entry of packageMedia(file, { ...options, ...replaced, smaller: others })) {
    progress.part = entry.part;
    await sendPiece({ kind: 'entry', path: entry.path });
    for await (const content of entry.content) {
      for (let at = 0; at < content.length; at += PIECE_BYTES) {
        await sendPiece({ kind: 'chunk', bytes: content.subarray(at, at + PIECE_BYTES) });
      }
    }
  }
  await send({ kind: 'packaged' });
}

async function planFile({ path, pictures, previewSec }: PlanningJob): Promise<void> {
  await using files = new LocalFiles((readings) => send({ kind: 'progress', readings, part: 0 }));
  const file = await files.open(path);
  const replaced = pictures === undefined ? {} : { pictures: await files.open(pictures) };
  await send({ kind: 'planned', plan: await planMedia(file, { previewSec, ...replaced }) });
}

/** What is read of it, the host reads: it may be in any store. */
async function describeFile(sizeBytes: number): Promise<void> {
  const description = await describeMedia({ sizeBytes, read: readByHost });
  await send({ kind: 'described', description });
}

/** However much a file has the demuxer ask for at once, it takes memory here, and little of the host's. */
async function readByHost(start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end; at += MAX_READ_BYTES) {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const id = ++lastRead;
    reads.set(id, resolve);
    await send({ kind: 'read', id, start: at, end: Math.min(at + MAX_READ_BYTES, end) });
    bytes.set(await promise, at - start);
  }
  return bytes;
}

async function sendPiece(piece: FromWorker): Promise<void> {
  while (room === 0) await new Promise<void>((resolve) => (onRoom = resolve));
  room -= 1;
  await send(piece);
}

function giveRoom(): void {
  room += 1;
  onRoom();
}

function send(message: FromWorker): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  return promise;
}
