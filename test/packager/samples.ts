import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ALL_FORMATS,
  type AudioCodec,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type MetadataTags,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  type VideoCodec,
  WebMOutputFormat,
} from 'mediabunny';
import { blobFile, type MediaFile } from '../../packager/media-file.ts';

/** H.264 and AAC, 12 s. */
export const REAL_VIDEO = join(import.meta.dirname, '..', '..', 'data', 'video.mp4');

export const CONTAINERS = {
  mp4: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
  fragmented: () => new Mp4OutputFormat({ fastStart: 'fragmented' }),
  mov: () => new MovOutputFormat({ fastStart: 'in-memory' }),
  mkv: () => new MkvOutputFormat(),
  webm: () => new WebMOutputFormat(),
  /** As browsers record: without the sizes of what is longer than a block. */
  recorded: () => new WebMOutputFormat({ appendOnly: true }),
} satisfies Record<string, () => OutputFormat>;
export type Container = keyof typeof CONTAINERS;

interface Shape {
  seconds?: number;
  /** From key frame to key frame. */
  groupSec?: number;
  startSec?: number;
  video?: VideoCodec | null;
  audio?: AudioCodec | null;
  soundSec?: number;
  framesPerSec?: number;
  tags?: MetadataTags;
  /** What stands in each frame, before its number. */
  frame?: string;
}

const SOUND_SEC = 0.2;

/** A file whose frames hold no pictures, but bytes that tell them apart. */
export async function makeVideo(container: Container, shape: Shape = {}): Promise<Uint8Array<ArrayBuffer>> {
  const {
    seconds = 20,
    groupSec = 2,
    startSec = 0,
    framesPerSec = 5,
    tags = {},
    frame: word = 'frame',
  } = shape;
  const webm = container === 'webm' || container === 'recorded';
  const { video = webm ? 'vp9' : 'avc', audio = webm ? 'opus' : 'aac', soundSec = seconds } = shape;
  const target = new BufferTarget();
  const output = new Output({ format: CONTAINERS[container](), target });
  const pictures = video === null ? null : new EncodedVideoPacketSource(video);
  const sound = audio === null ? null : new EncodedAudioPacketSource(audio);
  if (pictures) output.addVideoTrack(pictures, { name: 'a name of a track' });
  if (sound) output.addAudioTrack(sound);
  output.setMetadataTags(tags);
  await output.start();
  const videoMeta = { decoderConfig: await videoConfig(video) };
  const frames = async () => {
    for (let frame = 0; frame < seconds * framesPerSec; frame++) {
      const isKey = frame % (groupSec * framesPerSec) === 0;
      const time = startSec + frame / framesPerSec;
      const bytes = bytesFor(`${word} ${frame}`, isKey ? 400 : 90);
      await pictures?.add(
        new EncodedPacket(bytes, isKey ? 'key' : 'delta', time, 1 / framesPerSec),
        videoMeta,
      );
    }
    pictures?.close();
  };
  const audioMeta = { decoderConfig: await audioConfig(audio) };
  const samples = async () => {
    for (let sample = 0; sample < soundSec / SOUND_SEC; sample++) {
      const bytes = bytesFor(`sample ${sample}`, 40);
      const packet = new EncodedPacket(bytes, 'key', startSec + sample * SOUND_SEC, SOUND_SEC);
      await sound?.add(packet, audioMeta);
    }
    sound?.close();
  };
  await Promise.all([frames(), samples()]);
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer());
}

export function fileOf(bytes: Uint8Array<ArrayBuffer> | string): MediaFile {
  return blobFile(new Blob([bytes]));
}

export async function realVideo(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(REAL_VIDEO));
}

/** What stands in a file: each packet's bytes, and when it is shown. */
export async function packetsOf(bytes: Uint8Array<ArrayBuffer>): Promise<{ video: Shown[]; audio: Shown[] }> {
  using input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const shown = { video: [] as Shown[], audio: [] as Shown[] };
  for (const track of await input.getTracks()) {
    const list = track.isVideoTrack() ? shown.video : shown.audio;
    for await (const { data, timestamp, type } of new EncodedPacketSink(track).packets()) {
      list.push({ bytes: Buffer.from(data).toString('base64'), timeSec: timestamp, type });
    }
  }
  return shown;
}

export interface Shown {
  bytes: string;
  timeSec: number;
  type: string;
}

function bytesFor(text: string, length: number): Uint8Array {
  return new TextEncoder().encode(text.padEnd(length, '.'));
}

async function videoConfig(codec: VideoCodec | null): Promise<VideoDecoderConfig> {
  if (codec === 'avc') return await realConfig();
  const names: Partial<Record<VideoCodec, string>> = { vp9: 'vp09.00.10.08', prores: 'apch' };
  return { codec: names[codec ?? 'vp8'] ?? 'vp8', codedWidth: 640, codedHeight: 360 };
}

async function realConfig(): Promise<VideoDecoderConfig> {
  using input = new Input({ formats: ALL_FORMATS, source: new BufferSource(await realVideo()) });
  const config = await (await input.getPrimaryVideoTrack())?.getDecoderConfig();
  if (!config) throw new Error(`${REAL_VIDEO} has no video.`);
  return config;
}

async function audioConfig(codec: AudioCodec | null): Promise<AudioDecoderConfig> {
  if (codec === 'aac') {
    const lowComplexity = new Uint8Array([0x11, 0x88]);
    return { codec: 'mp4a.40.2', numberOfChannels: 1, sampleRate: 48_000, description: lowComplexity };
  }
  return { codec: codec ?? 'opus', numberOfChannels: 1, sampleRate: 48_000 };
}
