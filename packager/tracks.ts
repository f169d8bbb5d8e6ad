import {
  type AudioCodec,
  EncodedPacketSink,
  type Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  type TransformationMatrix,
  type VideoCodec,
} from 'mediabunny';
import { codecText, isPlayable } from './codecs.ts';
import { MediaRefused } from './errors.ts';

export interface VideoTrack {
  codec: VideoCodec;
  /** As in CODECS of a playlist. */
  parameters: string;
  config: VideoDecoderConfig;
  /** As it is seen: upright, with square pixels. */
  width: number;
  height: number;
  transformation: TransformationMatrix;
  sink: EncodedPacketSink;
}

export interface AudioTrack {
  codec: AudioCodec;
  parameters: string;
  config: AudioDecoderConfig;
  sink: EncodedPacketSink;
}

export interface Tracks {
  video: VideoTrack;
  audio: AudioTrack | null;
}

/** @throws MediaRefused where there is no video, or something that no browser plays */
export async function findTracks(input: Input): Promise<Tracks> {
  const video = await input.getPrimaryVideoTrack();
  if (video === null) throw new MediaRefused('no_video', 'The file has no video.');
  const audio = await input.getPrimaryAudioTrack();
  return { video: await videoTrackOf(video), audio: audio === null ? null : await audioTrackOf(audio) };
}

async function videoTrackOf(track: InputVideoTrack): Promise<VideoTrack> {
  const codec = await track.getCodec();
  if (codec === null || !isPlayable(codec)) throw await notPlayable(track, codec);
  const config = await track.getDecoderConfig();
  const parameters = await track.getCodecParameterString();
  if (config === null || parameters === null) throw await notPlayable(track, codec);
  return {
    codec,
    parameters: codecText(parameters),
    config,
    width: Math.round(await track.getDisplayWidth()),
    height: Math.round(await track.getDisplayHeight()),
    transformation: await track.getTransformationMatrix(),
    sink: new EncodedPacketSink(track),
  };
}

async function audioTrackOf(track: InputAudioTrack): Promise<AudioTrack> {
  const codec = await track.getCodec();
  if (codec === null || !isPlayable(codec)) throw await notPlayable(track, codec);
  const config = await track.getDecoderConfig();
  const parameters = await track.getCodecParameterString();
  if (config === null || parameters === null) throw await notPlayable(track, codec);
  return { codec, parameters: codecText(parameters), config, sink: new EncodedPacketSink(track) };
}

async function notPlayable(track: InputTrack, codec: string | null): Promise<MediaRefused> {
  const name = codec ?? (await nameOf(track));
  return new MediaRefused('codec_not_playable', `No browser plays ${track.type} in ${name} by HLS.`, {
    codec: name,
  });
}

/** What the file calls a codec. */
export async function nameOf(track: InputTrack): Promise<string> {
  const id = await track.getInternalCodecId();
  return typeof id === 'string' && /^[\x21-\x7e]{1,64}$/.test(id) ? id : 'an unknown codec';
}
