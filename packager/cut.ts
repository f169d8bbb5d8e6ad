import type { EncodedPacket } from 'mediabunny';
import { withDurations } from './durations.ts';
import { MediaRefused } from './errors.ts';
import type { Timeline } from './timeline.ts';
import type { Tracks } from './tracks.ts';
import { UNIT_SEC } from './units.ts';

/** Packets of one segment, in decode order; times count from the start of the content. */
export interface Cut {
  startUs: number;
  endUs: number;
  video: EncodedPacket[];
  audio: EncodedPacket[];
}

/** A segment ends at the first key frame after so long: 6 s with the usual distances of 1, 2, 3 and 6 s. */
const MIN_SEGMENT_US = 5_000_000;
/** Segments can't be much longer: seeking and what an open unit gives away depend on it. */
const MAX_GROUP_SEC = 20;
const MAX_SEGMENT_BYTES = 128 * 1024 * 1024;

/**
 * The packets by segments. Each begins with a key frame; besides by length they are cut where the preview ends and a
 * minute begins, so that a unit gives away as little as the key frames allow.
 *
 * @throws MediaRefused where a segment would be too long or too large
 */
export async function* cut(tracks: Tracks, timeline: Timeline, previewSec: number): AsyncGenerator<Cut> {
  const { originSec, firstKeySec, lastSec } = timeline;
  const audio = new AudioQueue(tracks);
  const usOf = (timeSec: number) => Math.round((timeSec - originSec) * 1e6);
  const shifted = (packet: EncodedPacket) =>
    originSec === 0 ? packet : packet.clone({ timestamp: packet.timestamp - originSec });

  let video: EncodedPacket[] = [];
  let startUs = 0;
  let bytes = 0;
  let lastKeyUs = 0;
  let hasLast = false;
  const finish = async (limitSec: number): Promise<Cut> => {
    const isLast = limitSec === Number.POSITIVE_INFINITY;
    const frames = withDurations(video, isLast ? null : limitSec);
    const sound = withDurations(await audio.takeBefore(limitSec, MAX_SEGMENT_BYTES - bytes), null);
    const endUs = usOf(isLast ? endOf([...frames, ...sound]) : limitSec);
    checkGroup(endUs - lastKeyUs);
    return { startUs, endUs, video: frames.map(shifted), audio: sound.map(shifted) };
  };

  for await (const packet of tracks.video.sink.packets()) {
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

/** Sound runs along with the video, a packet ahead. */
class AudioQueue {
  readonly #packets: AsyncIterator<EncodedPacket> | null;
  #next: EncodedPacket | null | undefined;

  constructor({ audio }: Tracks) {
    this.#packets = audio === null ? null : audio.sink.packets();
  }

  async #peek(): Promise<EncodedPacket | null> {
    if (this.#next === undefined) {
      const result = await this.#packets?.next();
      this.#next = result === undefined || result.done ? null : result.value;
    }
    return this.#next;
  }

  async takeBefore(limitSec: number, maxBytes: number): Promise<EncodedPacket[]> {
    const taken: EncodedPacket[] = [];
    let bytes = 0;
    for (
      let packet = await this.#peek();
      packet !== null && packet.timestamp < limitSec;
      packet = await this.#peek()
    ) {
      bytes += packet.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      taken.push(packet);
      this.#next = undefined;
    }
    return taken;
  }
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

function tooLarge(): MediaRefused {
  return new MediaRefused(
    'segment_too_large',
    `A segment would be larger than ${MAX_SEGMENT_BYTES / 1024 / 1024} MiB.`,
  );
}

function endOf(packets: readonly EncodedPacket[]): number {
  return packets.reduce((end, { timestamp, duration }) => Math.max(end, timestamp + duration), 0);
}
