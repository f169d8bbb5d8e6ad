import { encrypted, MediaRefused } from '../../errors.ts';
import type { MediaFile } from '../../media-file.ts';
import { windowOn } from './window.ts';

const INDEXES = new Set(['moov', 'moof']);
const CONTAINERS = new Set([...INDEXES, 'trak', 'mdia', 'minf', 'stbl', 'traf']);
/** Where tables say how many samples an entry is about. */
const COUNTS: Readonly<Record<string, { entryBytes: number; at: number }>> = {
  stts: { entryBytes: 8, at: 0 },
  ctts: { entryBytes: 8, at: 0 },
  stsc: { entryBytes: 12, at: 4 },
};
/** What samples are called that only a player with their key can read: by Common Encryption, or by FairPlay. */
const ENCRYPTED = new Set(['encv', 'enca', 'drmi', 'drms']);
const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;
/** 50 hours of frames and sound take half of it. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/**
 * Looks through the indexes of an MP4 or MOV file before a demuxer does, which makes room for as many samples as they
 * say: a few bytes could take minutes and all memory.
 *
 * @throws MediaRefused where more samples are named than the file has bytes, or they are encrypted
 */
export async function checkIndexes(file: MediaFile): Promise<void> {
  const read = windowOn(file);
  for (let at = 0; at + HEADER_BYTES <= file.sizeBytes; ) {
    const box = boxAt(await read(at, Math.min(at + LARGE_HEADER_BYTES, file.sizeBytes)), file.sizeBytes - at);
    if (box === null) return;
    if (INDEXES.has(box.type)) {
      if (box.size > MAX_INDEX_BYTES) throw tooMany();
      checkIndex(await read(at, Math.min(at + box.size, file.sizeBytes)), file.sizeBytes);
    }
    at += box.size;
  }
}

function checkIndex(bytes: Uint8Array, maxSamples: number): void {
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const rest = bytes.subarray(at);
    const box = boxAt(rest, rest.length);
    if (box === null) return;
    const body = rest.subarray(box.headerBytes, box.size);
    if (CONTAINERS.has(box.type)) checkIndex(body, maxSamples);
    else if (box.type === 'stsd') checkDescriptions(body.subarray(HEADER_BYTES));
    else if (samplesIn(box.type, body) > maxSamples) throw tooMany();
    at += box.size;
  }
}

function checkDescriptions(bytes: Uint8Array): void {
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const rest = bytes.subarray(at);
    const box = boxAt(rest, rest.length);
    if (box === null) return;
    if (ENCRYPTED.has(box.type)) throw encrypted();
    at += box.size;
  }
}

/** How many samples a table says it is about. */
function samplesIn(type: string, body: Uint8Array): number {
  if (body.length < HEADER_BYTES) return 0;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getUint32(4);
  if (type === 'trun') return count;
  const layout = COUNTS[type];
  if (layout === undefined) return 0;
  let samples = 0;
  const end = Math.min(body.length, HEADER_BYTES + layout.entryBytes * count);
  for (let at = HEADER_BYTES; at + layout.entryBytes <= end; at += layout.entryBytes) {
    samples += view.getUint32(at + layout.at);
  }
  return samples;
}

function boxAt(
  bytes: Uint8Array,
  restBytes: number,
): { type: string; size: number; headerBytes: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = String.fromCharCode(...bytes.subarray(4, HEADER_BYTES));
  const size = view.getUint32(0);
  if (size === 0) return { type, size: restBytes, headerBytes: HEADER_BYTES };
  if (size !== 1) return size < HEADER_BYTES ? null : { type, size, headerBytes: HEADER_BYTES };
  if (bytes.length < LARGE_HEADER_BYTES) return null;
  const large = Number(view.getBigUint64(HEADER_BYTES));
  return large < LARGE_HEADER_BYTES ? null : { type, size: large, headerBytes: LARGE_HEADER_BYTES };
}

function tooMany(): MediaRefused {
  return new MediaRefused('damaged', 'The file is damaged: its index names more samples than it can hold.');
}
