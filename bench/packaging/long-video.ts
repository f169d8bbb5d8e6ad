import { join } from 'node:path';
import {
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputTrack,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

const SHORT = join(import.meta.dirname, '..', '..', 'data', 'video.mp4');
/** 12 s and a frame, as its sound is a little longer than its pictures. */
const REPEAT_SEC = 12.04;
const REPETITIONS = 499;
/** 100 minutes. */
export const LONG_SEC = REPEAT_SEC * REPETITIONS;

/** Writes the short video of this project again and again: H.264 and AAC, 203 MB. */
export async function writeLongVideo(path: string): Promise<void> {
  using input = new Input({ formats: [MP4], source: new FilePathSource(SHORT) });
  const pictures = await input.getPrimaryVideoTrack();
  const sound = await input.getPrimaryAudioTrack();
  const videoConfig = await pictures?.getDecoderConfig();
  const audioConfig = await sound?.getDecoderConfig();
  if (!pictures || !sound || !videoConfig || !audioConfig) throw new Error(`${SHORT} is not what it was`);
  const format = new Mp4OutputFormat({ fastStart: false });
  const output = new Output({ format, target: new FilePathTarget(path) });
  const [video, audio] = [new EncodedVideoPacketSource('avc'), new EncodedAudioPacketSource('aac')];
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  await Promise.all([
    repeat(pictures, (packet) => video.add(packet, { decoderConfig: videoConfig })),
    repeat(sound, (packet) => audio.add(packet, { decoderConfig: audioConfig })),
  ]);
  await output.finalize();
}

async function repeat(track: InputTrack, add: (packet: EncodedPacket) => Promise<void>): Promise<void> {
  const sink = new EncodedPacketSink(track);
  const packets: EncodedPacket[] = [];
  for await (const packet of sink.packets()) packets.push(packet);
  const startSec = -Math.min(0, ...packets.map(({ timestamp }) => timestamp));
  for (let nth = 0; nth < REPETITIONS; nth += 1) {
    for (const packet of packets) {
      await add(packet.clone({ timestamp: startSec + packet.timestamp + nth * REPEAT_SEC }));
    }
  }
}
