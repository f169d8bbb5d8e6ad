import type { EncodedPacket } from 'mediabunny';
import { MediaRefused } from '../errors.ts';
import type { Packets, Tracks, VideoTrack } from './tracks.ts';

/** So that content.json, with a key's hash for each minute, stays one leaf of 256 KiB. */
const MAX_SEC = 50 * 3_600;

/** Tracks whose times count from the start of the content: the first packet that is kept, sound or picture. */
export interface Timeline {
  tracks: Tracks;
  firstKeySec: number;
  /** When the last picture is shown. */
  lastSec: number;
}

/** @throws MediaRefused where it has no key frame, or is too long */
export async function timelineOf({ video, audio }: Tracks): Promise<Timeline> {
  const { firstSec, lastSec } = await endsOf(video);
  if (lastSec - firstSec > MAX_SEC) {
    throw new MediaRefused('too_long', `The video is longer than ${MAX_SEC / 3_600} hours.`);
  }
  const sound = await audio?.packets.first();
  const bySec = -Math.min(firstSec, sound?.timestamp ?? Number.POSITIVE_INFINITY);
  return {
    tracks: { video: shifted(video, bySec), audio: audio === null ? null : shifted(audio, bySec) },
    firstKeySec: firstSec + bySec,
    lastSec: lastSec + bySec,
  };
}

/** The same sound with other pictures, which begin when the first picture did. */
export async function withPictures(timeline: Timeline, video: VideoTrack): Promise<Timeline> {
  const { firstSec, lastSec } = await endsOf(video);
  const bySec = timeline.firstKeySec - firstSec;
  return {
    tracks: { video: shifted(video, bySec), audio: timeline.tracks.audio },
    firstKeySec: firstSec + bySec,
    lastSec: lastSec + bySec,
  };
}

async function endsOf({ packets }: VideoTrack): Promise<{ firstSec: number; lastSec: number }> {
  const firstKey = await packets.firstKey();
  const last = await packets.last();
  if (firstKey === null || last === null) throw new MediaRefused('no_video', 'The file has no key frame.');
  return { firstSec: firstKey.timestamp, lastSec: last.timestamp };
}

function shifted<T extends { packets: Packets }>(track: T, bySec: number): T {
  if (bySec === 0) return track;
  const { first, firstKey, last, all, facts } = track.packets;
  const moved = (packet: EncodedPacket) => packet.clone({ timestamp: packet.timestamp + bySec });
  const one = async (packet: Promise<EncodedPacket | null>) => {
    const found = await packet;
    return found === null ? null : moved(found);
  };
  async function* each(packets: AsyncIterable<EncodedPacket>): AsyncGenerator<EncodedPacket> {
    for await (const packet of packets) yield moved(packet);
  }
  return {
    ...track,
    packets: {
      first: () => one(first()),
      firstKey: () => one(firstKey()),
      last: () => one(last()),
      all: () => each(all()),
      facts: () => each(facts()),
    },
  };
}
