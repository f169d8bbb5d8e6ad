import { Transaction } from 'ethers';
import { pollUntil } from '../../lib/poll-until.ts';
import type { Directory } from './directory.ts';
import type { Encoding } from './encoding.ts';
import { EthStorageError } from './errors.ts';
import type { Prepare } from './ports.ts';
import { type Sender, sendOne } from './sending.ts';
import type { StagedFile } from './stage.ts';

/** A directory, and how its owner writes there. */
export interface Target extends Sender {
  directory: Directory;
}

/** A file on its way into the directory. */
export interface Upload extends Target {
  file: StagedFile;
  encoding: Encoding;
  /** Chunks that are there, of how many; called after each transaction. */
  onChunks: (there: number, of: number) => void;
  /** Nodes of one chain may be behind each other: what is mined is looked for this long before it is sent again. */
  lagMs: number;
}

export const PURPOSE = 'ethstorage';
const ROUNDS = 3;
const POLL_MS = 200;
/** Chunks that one transaction forgets; 10,000 gas each. */
const FORGOTTEN_PER_CALL = 500;

/**
 * Sees to it that the directory has all of the file, and nothing else, under its CID: what is there already, from a try
 * before or the same file, is left as it is and paid no second time.
 * @throws {EthStorageError}; the reason of `signal`. What is mined by then stays, for the next try.
 */
export async function uploadFile(upload: Upload): Promise<void> {
  const hashes = await hashesOf(upload);
  await makeRoom(upload, hashes.length);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const missing = await missingAfter(round === 1 ? 0 : upload.lagMs, upload, hashes);
    if (missing.length === 0) return;
    await sendChunks(upload, missing, hashes);
  }
  const [left] = await missingAfter(upload.lagMs, upload, hashes);
  if (left !== undefined) throw new EthStorageError('unreachable', `chunk ${left} is mined but not there`);
}

/** Takes the file away, with all that a try before left. A miss is not an error. */
export async function removeFile(cid: string, target: Target): Promise<void> {
  const { directory, signal } = target;
  const { mode, chunks } = await directory.entry(cid, signal);
  if (mode === null) return;
  await truncate(cid, target, { from: chunks, to: Math.min(chunks, FORGOTTEN_PER_CALL) });
  await sendOne(target, PURPOSE, async () => directory.remove(cid));
}

/** What stands under the CID in another way, or beyond the file's end, can't stay. */
async function makeRoom(upload: Upload, chunks: number): Promise<void> {
  const { file, directory, encoding, signal } = upload;
  const entry = await directory.entry(file.cid, signal);
  if (entry.mode === null) return;
  if (entry.mode !== encoding.mode) await removeFile(file.cid, upload);
  else await truncate(file.cid, upload, { from: entry.chunks, to: chunks });
}

async function truncate(cid: string, target: Target, { from, to }: { from: number; to: number }) {
  for (let left = from; left > to; ) {
    left = Math.max(to, left - FORGOTTEN_PER_CALL);
    const call = target.directory.truncate(cid, left);
    await sendOne(target, PURPOSE, async () => call);
  }
}

async function hashesOf({ file, encoding }: Upload): Promise<string[]> {
  const hashes: string[] = [];
  const count = Math.ceil(file.sizeBytes / encoding.chunkBytes);
  while (hashes.length < count) {
    const next = Math.min(count, hashes.length + encoding.chunksPerCall);
    const ids = Array.from({ length: next - hashes.length }, (_, index) => hashes.length + index);
    hashes.push(...(await encoding.hashes(await Promise.all(ids.map((id) => chunkOf(file, encoding, id))))));
  }
  return hashes;
}

function chunkOf(file: StagedFile, { chunkBytes }: Encoding, id: number): Promise<Uint8Array> {
  return file.read(id * chunkBytes, chunkBytes);
}

/** The chunks that the directory does not have as they should be, after it had time to show them. */
async function missingAfter(lagMs: number, upload: Upload, hashes: readonly string[]): Promise<number[]> {
  const { file, directory, signal } = upload;
  const { cid, sizeBytes } = file;
  let missing: number[] = [];
  let bytes = 0;
  const isWhole = async () => {
    const entry = await directory.entry(cid, signal);
    bytes = entry.sizeBytes;
    const there = await directory.chunkHashes(cid, [...hashes.keys()].slice(0, entry.chunks), signal);
    missing = hashes.flatMap((hash, id) => (hash === there[id] ? [] : [id]));
    return missing.length === 0 && entry.chunks === hashes.length && bytes === sizeBytes;
  };
  const whole = await pollUntil(isWhole, { everyMs: POLL_MS, timeoutMs: lagMs, signal });
  if (whole || missing.length > 0) return missing;
  throw new EthStorageError('unreachable', `${bytes} bytes stand there instead of ${sizeBytes}`);
}

async function sendChunks(upload: Upload, missing: readonly number[], hashes: readonly string[]) {
  const { chunksPerCall } = upload.encoding;
  for (let at = 0; at < missing.length; at += chunksPerCall) {
    await sendGroup(upload, missing.slice(at, at + chunksPerCall), hashes);
    const there = hashes.length - missing.length + Math.min(missing.length, at + chunksPerCall);
    upload.onChunks(there, hashes.length);
  }
}

/** What a crash left signed went out before this, and another process may store the same file: nothing twice. */
async function sendGroup(upload: Upload, ids: readonly number[], hashes: readonly string[]): Promise<void> {
  const { file, directory, encoding, signal } = upload;
  const chunks = await Promise.all(ids.map(async (id) => ({ id, bytes: await chunkOf(file, encoding, id) })));
  const { chunkPaymentWei } = await directory.entry(file.cid, signal);
  const call = await encoding.write(directory, file.cid, chunks, chunkPaymentWei);
  const isThere = async () => {
    const there = await directory.chunkHashes(file.cid, ids, signal);
    return ids.every((id, index) => there[index] === hashes[id]);
  };
  const unlessThere: Prepare = async (unmined) => {
    const isUnderWay = unmined.some(({ raw }) => Transaction.from(raw).data === call.data);
    return isUnderWay || (await isThere()) ? null : call;
  };
  const isSent = async () => (await sendOne(upload, PURPOSE, unlessThere)) || (await isThere());
  await pollUntil(isSent, { everyMs: POLL_MS, signal });
}
