import { Transaction } from 'ethers';
import { pollUntil } from '../../lib/poll-until.ts';
import type { Directory, Entry } from './directory.ts';
import type { Encoding } from './encoding.ts';
import { EthStorageError } from './errors.ts';
import type { OwnerKey, Prepare } from './ports.ts';
import { sendOne } from './sending.ts';
import type { StagedFile } from './stage.ts';

export interface Target {
  directory: Directory;
  encoding: Encoding;
  key: OwnerKey;
}

export interface Options {
  signal: AbortSignal;
  /** Chunks that are there, of how many; called after each transaction. */
  onChunks: (there: number, of: number) => void;
  stallMs?: number | undefined;
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
export async function uploadFile(file: StagedFile, target: Target, options: Options): Promise<void> {
  const hashes = await hashesOf(file, target.encoding);
  await makeRoom(file.cid, hashes.length, target, options);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const missing = await missingAfter(round === 1 ? 0 : options.lagMs, file, hashes, target, options);
    if (missing.length === 0) return;
    await sendChunks(file, missing, hashes, target, options);
  }
  const left = await missingAfter(options.lagMs, file, hashes, target, options);
  if (left.length > 0) throw new EthStorageError('unreachable', `chunk ${left[0]} is mined but not there`);
}

/** Takes the file away, with all that a try before left. A miss is not an error. */
export async function removeFile(
  cid: string,
  { directory, key }: Pick<Target, 'directory' | 'key'>,
  { signal, stallMs }: Pick<Options, 'signal' | 'stallMs'>,
): Promise<void> {
  const entry = await directory.entry(cid, signal);
  if (entry.mode === null) return;
  await truncateTo(
    cid,
    entry,
    Math.min(entry.chunks, FORGOTTEN_PER_CALL),
    { directory, key },
    { signal, stallMs },
  );
  await sendOne(key, PURPOSE, async () => directory.remove(cid), signal, stallMs);
}

/** What stands under the CID in another way, or beyond the file's end, can't stay. */
async function makeRoom(cid: string, chunks: number, target: Target, options: Options): Promise<void> {
  const entry = await target.directory.entry(cid, options.signal);
  if (entry.mode === null) return;
  if (entry.mode !== target.encoding.mode) await removeFile(cid, target, options);
  else await truncateTo(cid, entry, chunks, target, options);
}

async function truncateTo(
  cid: string,
  entry: Entry,
  chunks: number,
  { directory, key }: Pick<Target, 'directory' | 'key'>,
  { signal, stallMs }: Pick<Options, 'signal' | 'stallMs'>,
): Promise<void> {
  for (let left = entry.chunks; left > chunks; ) {
    left = Math.max(chunks, left - FORGOTTEN_PER_CALL);
    const call = directory.truncate(cid, left);
    await sendOne(key, PURPOSE, async () => call, signal, stallMs);
  }
}

async function hashesOf(file: StagedFile, encoding: Encoding): Promise<string[]> {
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
async function missingAfter(
  lagMs: number,
  { cid, sizeBytes }: StagedFile,
  hashes: readonly string[],
  { directory }: Target,
  { signal }: Options,
): Promise<number[]> {
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

async function sendChunks(
  file: StagedFile,
  missing: readonly number[],
  hashes: readonly string[],
  target: Target,
  options: Options,
): Promise<void> {
  const { chunksPerCall } = target.encoding;
  for (let at = 0; at < missing.length; at += chunksPerCall) {
    await sendGroup(file, missing.slice(at, at + chunksPerCall), hashes, target, options);
    const there = hashes.length - missing.length + Math.min(missing.length, at + chunksPerCall);
    options.onChunks(there, hashes.length);
  }
}

/** What a crash left signed went out before this, and another process may store the same file: nothing twice. */
async function sendGroup(
  file: StagedFile,
  ids: readonly number[],
  hashes: readonly string[],
  { directory, encoding, key }: Target,
  { signal, stallMs }: Options,
): Promise<void> {
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
  const isSent = async () => (await sendOne(key, PURPOSE, unlessThere, signal, stallMs)) || (await isThere());
  await pollUntil(isSent, { everyMs: POLL_MS, signal });
}
