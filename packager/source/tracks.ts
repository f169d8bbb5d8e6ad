import {
  type AudioCodec,
  type EncodedPacket,
  EncodedPacketSink,
  type Input,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
  type TransformationMatrix,
  type VideoCodec,
} from 'mediabunny';
import { codecText, isPlayable } from '../codecs.ts';
import { MediaRefused } from '../errors.ts';

export interface VideoTrack {
  codec: VideoCodec;
  /** As in CODECS of a playlist. */
  parameters: string;
  config: VideoDecoderConfig;
  /** As it is seen: upright, with square pixels. */
  width: number;
  height: number;
  transformation: TransformationMatrix;
  packets: Packets;
}

export interface AudioTrack {
  codec: AudioCodec;
  parameters: string;
  config: AudioDecoderConfig;
  packets: Packets;
}

export interface Tracks {
  video: VideoTrack;
  audio: AudioTrack | null;
}

/** What a track holds, in decode order. */
export interface Packets {
  first(): Promise<EncodedPacket | null>;
  firstKey(): Promise<EncodedPacket | null>;
  /** The one shown last. */
  last(): Promise<EncodedPacket | null>;
  all(): AsyncGenerator<EncodedPacket>;
  /** The same without their bytes, where their times and sizes do. */
  facts(): AsyncGenerator<EncodedPacket>;
}

/**
 * @param sizeBytes of the file
 * @throws MediaRefused where there is no video, or something that no browser plays
 */
export async function findTracks(input: Input, sizeBytes: number): Promise<Tracks> {
  const audio = await input.getPrimaryAudioTrack();
  return {
    video: await findVideo(input, sizeBytes),
    audio: audio === null ? null : await audioTrackOf(audio, sizeBytes),
  };
}

/** @throws MediaRefused where there is none, or one that no browser plays */
export async function findVideo(input: Input, sizeBytes: number): Promise<VideoTrack> {
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new MediaRefused('no_video', 'The file has no video.');
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
    packets: packetsOf(track, sizeBytes),
  };
}

async function audioTrackOf(track: InputAudioTrack, sizeBytes: number): Promise<AudioTrack> {
  const codec = await track.getCodec();
  if (codec === null || !isPlayable(codec)) throw await notPlayable(track, codec);
  const config = await track.getDecoderConfig();
  const parameters = await track.getCodecParameterString();
  if (config === null || parameters === null) throw await notPlayable(track, codec);
  return { codec, parameters: codecText(parameters), config, packets: packetsOf(track, sizeBytes) };
}

function packetsOf(track: InputVideoTrack | InputAudioTrack, sizeBytes: number): Packets {
  const sink = new EncodedPacketSink(track);
  const facts = { metadataOnly: true };
  return {
    first: () => sink.getFirstPacket(facts),
    firstKey: () => sink.getFirstKeyPacket(facts),
    last: () => sink.getPacket(Number.POSITIVE_INFINITY, facts),
    all: () => within(sizeBytes, sink.packets()),
    facts: () => within(sizeBytes, sink.packets(undefined, undefined, facts)),
  };
}

/** An index may name the same bytes again and again, and so make terabytes of a small file. */
async function* within(
  sizeBytes: number,
  packets: AsyncGenerator<EncodedPacket>,
): AsyncGenerator<EncodedPacket> {
  let leftBytes = sizeBytes;
  for await (const packet of packets) {
    leftBytes -= packet.byteLength;
    if (leftBytes < 0)
      throw new MediaRefused('damaged', 'The file is damaged: its index names more than it holds.');
    yield packet;
  }
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
