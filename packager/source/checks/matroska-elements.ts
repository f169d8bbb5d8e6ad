import { encrypted, MediaRefused } from '../../errors.ts';
import type { MediaFile } from '../../media-file.ts';
import { windowOn } from './window.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
/** What stands in a segment: clusters, SeekHead, Info, Tracks, Cues, Chapters, Tags, Attachments, Void and CRC-32. */
const IN_SEGMENTS = new Set([
  ...[CLUSTER, 0x114d9b74, 0x1549a966, TRACKS, 0x1c53bb6b, 0x1043a770, 0x1254c367, 0x1941a469],
  ...[0xec, 0xbf],
]);
/** What leads to how a track is encrypted: TrackEntry, ContentEncodings, ContentEncoding. */
const TO_ENCRYPTION = new Set([0xae, 0x6d80, 0x6240]);
const ENCRYPTION = 0x5035;
const MAX_HEADER_BYTES = 12;
/** Fonts and pictures stand elsewhere. */
const MAX_TRACKS_BYTES = 16 * 1024 * 1024;

/** And in a cluster: Timestamp, SimpleBlock, BlockGroup, Position, PrevSize, EncryptedBlock and SilentTracks. */
const IN_CLUSTERS = new Set([0xe7, 0xa3, 0xa0, 0xa7, 0xab, 0xaf, 0x5854]);

/**
 * Looks through the elements of a WebM or MKV file, before a demuxer does: where something else stands, the demuxer can
 * look for the next element for ever.
 *
 * @throws MediaRefused where an element is none, or a track is encrypted
 */
export async function checkElements(file: MediaFile): Promise<void> {
  const read = windowOn(file);
  let end = file.sizeBytes;
  for (let at = 0; at < end; ) {
    const element = elementAt(await read(at, Math.min(at + MAX_HEADER_BYTES, file.sizeBytes)));
    if (element === null) throw damaged();
    const { id, size, headerBytes } = element;
    at += headerBytes;
    if (id === TRACKS && size !== null) {
      checkTracks(await read(at, Math.min(at + size, at + MAX_TRACKS_BYTES, file.sizeBytes)));
    }
    if (id === SEGMENT) end = Math.min(end, at + (size ?? end));
    else if (id !== EBML && !IN_SEGMENTS.has(id) && !IN_CLUSTERS.has(id)) throw damaged();
    // A cluster of a recording has no size: what follows stands in it.
    else if (size !== null) at += size;
    else if (id !== CLUSTER) throw damaged();
  }
}

function checkTracks(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes.subarray(at, at + MAX_HEADER_BYTES));
    if (element === null) return;
    const { id, size, headerBytes } = element;
    if (id === ENCRYPTION) throw encrypted();
    at += headerBytes;
    if (size === null) continue;
    if (TO_ENCRYPTION.has(id)) checkTracks(bytes.subarray(at, at + size));
    at += size;
  }
}

/** @returns `size: null` where it is unknown, as in a stream */
function elementAt(bytes: Uint8Array): { id: number; size: number | null; headerBytes: number } | null {
  const idBytes = lengthOf(bytes[0]);
  if (idBytes > 4) return null;
  const sizeBytes = lengthOf(bytes[idBytes]);
  const headerBytes = idBytes + sizeBytes;
  if (sizeBytes > 8 || headerBytes > bytes.length) return null;
  const size = bytes.slice(idBytes, headerBytes);
  const marker = 2 ** (8 - sizeBytes);
  size[0] = (size[0] ?? 0) % marker;
  const isUnknown = size.every((byte, index) => byte === (index === 0 ? marker - 1 : 0xff));
  return { id: numberOf(bytes.subarray(0, idBytes)), size: isUnknown ? null : numberOf(size), headerBytes };
}

/** As many bytes as the first one has leading zeros, and one more. */
function lengthOf(first = 0): number {
  return Math.clz32(first) - 23;
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

function damaged(): MediaRefused {
  return new MediaRefused('damaged', 'The file is damaged: an element of it cannot be read.');
}
