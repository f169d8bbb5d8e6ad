import type { Input, InputTrack } from 'mediabunny';
import { codecText } from './codecs.ts';
import { MediaRefused } from './errors.ts';
import type { MediaFile } from './media-file.ts';
import { withInput } from './source/open-input.ts';
import { nameOf } from './source/tracks.ts';

export interface MediaDescription {
  durationSec: number;
  /** As it is seen: upright, with square pixels. */
  width: number;
  height: number;
  /** As in CODECS of a playlist; of a codec without such a name, what the file calls it. */
  codecs: string[];
}

/** What plays in the file; `null` where that is no video: no MP4, MOV, WebM or MKV file, a damaged one, or one of sound. */
export async function describeMedia(file: MediaFile): Promise<MediaDescription | null> {
  try {
    for await (const description of withInput(file, describe)) return description;
    return null;
  } catch (error) {
    if (error instanceof MediaRefused) return null;
    throw error;
  }
}

async function* describe(input: Input): AsyncGenerator<MediaDescription> {
  const video = await input.getPrimaryVideoTrack();
  if (video === null) return;
  const audio = await input.getPrimaryAudioTrack();
  const tracks = audio === null ? [video] : [video, audio];
  const lengths = await Promise.all(tracks.map((track) => lengthOf(track)));
  const start = Math.min(...lengths.map(({ startSec }) => startSec));
  const end = Math.max(...lengths.map(({ endSec }) => endSec));
  if (!Number.isFinite(end - start)) return;
  yield {
    durationSec: Math.round((end - start) * 1e6) / 1e6,
    width: Math.round(await video.getDisplayWidth()),
    height: Math.round(await video.getDisplayHeight()),
    codecs: await Promise.all(
      tracks.map(async (track) => {
        const parameters = await track.getCodecParameterString();
        return parameters === null ? await nameOf(track) : codecText(parameters);
      }),
    ),
  };
}

/** Of the packets, not of what the header says: that may be anything. */
async function lengthOf(track: InputTrack): Promise<{ startSec: number; endSec: number }> {
  return { startSec: await track.getFirstTimestamp(), endSec: await track.computeDuration() };
}
