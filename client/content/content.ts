import { ClientError } from '../errors.ts';
import { fieldsIn } from '../http.ts';
import { cidOf, DAG_PB, parseCid, RAW, verifyBlock } from './cid.ts';
import { linksIn } from './dag-pb.ts';
import { sha256Hex } from './hash.ts';
import { checkUnits } from './playlist.ts';

/** What a CID commits to: content.json of a packaged video, read and checked. */
export interface Content {
  cid: string;
  durationSec: number;
  /** When each unit starts, in seconds. */
  unitStartsSec: readonly number[];
  /** SHA-256 of each unit's key, in hex; `null` where the unit is all preview. */
  keyHashes: readonly (string | null)[];
  /** Texts in WebVTT, which everybody may read. */
  captions: readonly ContentCaptions[];
  /** SHA-256 of every playlist, init segment and text, in hex, by path. */
  fileHashes: Readonly<Record<string, string>>;
}

export interface ContentCaptions {
  path: string;
  /** A tag of BCP 47. */
  language: string;
  label: string;
}

const NAME = 'content.json';
/** A root holds a few links, content.json is one leaf. */
const MAX_BYTES = 1024 ** 2;

/**
 * Reads what a packaged video is from wherever, and believes nothing that the CID does not name.
 * @param get the bytes below the directory: '' with `?format=raw` is its own block
 * @throws {ClientError} content_mismatch
 */
export async function readContent(
  cid: string,
  get: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Content> {
  const root = parseCid(cid);
  if (root.codec !== DAG_PB) throw mismatch('The CID names no packaged video.');
  const block = await within(get('?format=raw'));
  await verifyBlock(block, root);
  const leaf = cidOf(linksIn(block).get(NAME) ?? new Uint8Array());
  if (leaf?.codec !== RAW) throw mismatch('The CID names no packaged video.');
  const bytes = await within(get(`/${NAME}`));
  await verifyBlock(bytes, leaf);
  return { cid, ...shapeOf(bytes) };
}

/**
 * Checks a file that names others, or segments: a playlist, an init segment; or a text.
 * @param path below the directory
 * @throws {ClientError} playlist_refused
 */
export async function checkFile(
  { fileHashes }: Content,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const known = Object.hasOwn(fileHashes, path) ? fileHashes[path] : undefined;
  if (known === undefined || (await sha256Hex(bytes)) !== known) {
    throw new ClientError('playlist_refused', `${path.slice(0, 100)} is not the file that the CID names.`);
  }
  if (path.endsWith('.m3u8')) checkUnits(new TextDecoder().decode(bytes));
}

async function within(bytes: Promise<Uint8Array<ArrayBuffer>>) {
  const read = await bytes;
  if (read.length > MAX_BYTES) throw mismatch('The seller sends too much.');
  return read;
}

function shapeOf(bytes: Uint8Array): Omit<Content, 'cid'> {
  const { version, duration_sec, unit_starts, keys, files, captions = [] } = fieldsIn(bytes);
  const isHash = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  const isWhole =
    version === 1 &&
    typeof duration_sec === 'number' &&
    isList(unit_starts, (each) => typeof each === 'number') &&
    isList(keys, (each) => each === null || isHash(each)) &&
    keys.length === unit_starts.length &&
    isList(captions, isCaptions) &&
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every(isHash);
  if (!isWhole) throw mismatch('The content.json is of another version.');
  return {
    durationSec: duration_sec,
    unitStartsSec: unit_starts as number[],
    keyHashes: keys as (string | null)[],
    captions: captions as ContentCaptions[],
    fileHashes: files as Record<string, string>,
  };
}

function isCaptions(value: unknown): boolean {
  return ['path', 'language', 'label'].every((name) => typeof Object(value)[name] === 'string');
}

function isList(value: unknown, is: (each: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(is);
}

function mismatch(message: string): ClientError {
  return new ClientError('content_mismatch', message);
}
