import {
  BufferTarget,
  CmafOutputFormat,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedVideoPacketSource,
  Output,
} from 'mediabunny';
import type { Cut } from './cutting/cut.ts';
import { withoutTimes } from './init-segment.ts';
import type { Tracks } from './source/tracks.ts';

export interface Muxed {
  /** Of the same bytes for every segment. */
  init: Uint8Array<ArrayBuffer>;
  media: Uint8Array<ArrayBuffer>;
}

/** A key frame this long after the last begins a fragment: the muxer marks as such only the first of a fragment. */
const FRAGMENT_SEC = 0.25;

/** A segment of fragmented MP4 with nothing of the source but its packets: no titles, places or times. */
export async function mux(tracks: Tracks, segment: Cut, first: Cut): Promise<Muxed> {
  const target = new BufferTarget();
  const initTarget = new BufferTarget();
  const format = new CmafOutputFormat({ minimumFragmentDuration: FRAGMENT_SEC });
  const output = new Output({ format, target, initTarget });

  const { codec, config, transformation } = tracks.video;
  const video = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(video, {
    decoderConfig: config,
    transformationMatrix: transformation,
    ...primedBy(first.video[0]),
  });
  const audio = tracks.audio === null ? null : new EncodedAudioPacketSource(tracks.audio.codec);
  if (tracks.audio !== null && audio !== null) {
    output.addAudioTrack(audio, { decoderConfig: tracks.audio.config, ...primedBy(first.audio[0]) });
  }

  await output.start();
  for (const packet of segment.video) await video.add(packet, { decoderConfig: config });
  video.close();
  for (const packet of segment.audio) {
    if (tracks.audio !== null) await audio?.add(packet, { decoderConfig: tracks.audio.config });
  }
  audio?.close();
  await output.finalize();
  return { init: withoutTimes(bytesOf(initTarget)), media: bytesOf(target) };
}

/** What the first packet says beyond the decoder's configuration. */
function primedBy(packet: EncodedPacket | undefined) {
  return packet === undefined ? {} : { primingPacket: packet };
}

function bytesOf({ buffer }: BufferTarget): Uint8Array<ArrayBuffer> {
  if (buffer === null) throw new Error('The muxer has written nothing.');
  return new Uint8Array(buffer);
}
