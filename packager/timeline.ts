import { MediaRefused } from './errors.ts';
import type { Tracks } from './tracks.ts';

/** So that content.json, with a key's hash for each minute, stays one leaf of 256 KiB. */
const MAX_SEC = 50 * 3_600;

/** In seconds of the source's own clock, which starts anywhere. */
export interface Timeline {
  /** Of the first packet that is kept, sound or picture: what all times count from. */
  originSec: number;
  firstKeySec: number;
  /** Of the last picture. */
  lastSec: number;
}

/** @throws MediaRefused where it has no key frame, or is too long */
export async function timelineOf({ video, audio }: Tracks): Promise<Timeline> {
  const firstKey = await video.sink.getFirstKeyPacket({ metadataOnly: true });
  const last = await video.sink.getPacket(Number.POSITIVE_INFINITY, { metadataOnly: true });
  if (firstKey === null || last === null) throw new MediaRefused('no_video', 'The file has no key frame.');
  if (last.timestamp - firstKey.timestamp > MAX_SEC) {
    throw new MediaRefused('too_long', `The video is longer than ${MAX_SEC / 3_600} hours.`);
  }
  const sound = await audio?.sink.getFirstPacket({ metadataOnly: true });
  return {
    originSec: Math.min(firstKey.timestamp, sound?.timestamp ?? Number.POSITIVE_INFINITY),
    firstKeySec: firstKey.timestamp,
    lastSec: last.timestamp,
  };
}
