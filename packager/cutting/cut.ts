import type { EncodedPacket } from 'mediabunny';
import { MAX_SEGMENT_BYTES, MediaRefused, tooLarge } from '../errors.ts';
import type { Timeline } from '../source/timeline.ts';
import { withDurations } from './durations.ts';
import { Sound } from './sound.ts';
import { UNIT_SEC } from './units.ts';

/** Packets of one segment, in decode order. */
export interface Cut {
  startUs: number;
  endUs: number;
  /** As the packets have it: where the next one starts; infinite at the end. */
  limitSec: number;
  video: EncodedPacket[];
  audio: EncodedPacket[];
}

/** A segment ends at the first key frame after so long: 6 s with the usual distances of 1, 2, 3 and 6 s. */
const MIN_SEGMENT_US = 5_000_000;
/** Segments can't be much longer: seeking and what an open unit gives away depend on it. */
const MAX_GROUP_SEC = 20;

/**
 * The packets by segments. Each begins with a key frame; besides by length they are cut where the preview ends and a
 * minute begins, so that a unit gives away as little as the key frames allow.
 *
 * @param kind `facts` for where it would be cut, without reading the packets' bytes
 * @throws MediaRefused where a segment would be too long or too large
 */
export async function* cut(
  { tracks, firstKeySec, lastSec }: Timeline,
  previewSec: number,
  kind: 'all' | 'facts' = 'all',
): AsyncGenerator<Cut> {
  const sound = new Sound(tracks.audio?.packets[kind]() ?? null);
  let video: EncodedPacket[] = [];
  let startUs = 0;
  let bytes = 0;
  let lastKeyUs = 0;
  let hasLast = false;
  const finish = async (limitSec: number): Promise<Cut> => {
    const isLast = limitSec === Number.POSITIVE_INFINITY;
    const frames = withDurations(video, isLast ? null : limitSec);
    const audio = await sound.takeBefore(limitSec, MAX_SEGMENT_BYTES - bytes);
    const endUs = usOf(isLast ? endOf([...frames, ...audio]) : limitSec);
    checkGroup(endUs - lastKeyUs);
    return { startUs, endUs, limitSec, video: frames, audio };
  };

  for await (const packet of tracks.video.packets[kind]()) {
    // What leads up to the first key frame can't be decoded.
    if (packet.timestamp < firstKeySec || (video.length === 0 && packet.type !== 'key')) continue;
    const timeUs = usOf(packet.timestamp);
    if (packet.type === 'key') {
      checkGroup(timeUs - lastKeyUs);
      if (video.length > 0 && isCut(startUs, timeUs, previewSec)) {
        yield await finish(packet.timestamp);
        video = [];
        startUs = timeUs;
        bytes = 0;
      }
      lastKeyUs = timeUs;
    }
    checkGroup(timeUs - lastKeyUs);
    bytes += packet.byteLength;
    if (bytes > MAX_SEGMENT_BYTES) throw tooLarge();
    video.push(packet);
    hasLast ||= packet.timestamp === lastSec;
  }
  // Where the bytes end before what the index names, the packets just end.
  if (!hasLast) throw new MediaRefused('damaged', 'The file is damaged: its end is missing.');
  if (video.length > 0) yield await finish(Number.POSITIVE_INFINITY);
}

function isCut(startUs: number, keyUs: number, previewSec: number): boolean {
  if (keyUs - startUs >= MIN_SEGMENT_US) return true;
  const unitUs = UNIT_SEC * 1e6;
  const previewUs = previewSec * 1e6;
  return (
    Math.floor(keyUs / unitUs) > Math.floor(startUs / unitUs) || (startUs < previewUs && previewUs <= keyUs)
  );
}

function checkGroup(lengthUs: number): void {
  if (lengthUs <= MAX_GROUP_SEC * 1e6) return;
  throw new MediaRefused(
    'key_frames_too_rare',
    `More than ${MAX_GROUP_SEC} s stand without a key frame; it can be cut only at key frames.`,
  );
}

function usOf(timeSec: number): number {
  return Math.round(timeSec * 1e6);
}

function endOf(packets: readonly EncodedPacket[]): number {
  return packets.reduce((end, { timestamp, duration }) => Math.max(end, timestamp + duration), 0);
}
