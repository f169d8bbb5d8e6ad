import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { MediaRefused } from '../../packager/errors.ts';
import { packaged, textOf } from '../packager/packaged.ts';
import { rejected } from '../rejection.ts';
import { runFile } from './ffmpeg-sources.ts';
import { sameFrames } from './played.ts';

const AVC = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];
const AV1 = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-g', '50'];
const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '50'];
const HDR = ['-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-color_trc', 'smpte2084'];
const KEY = [
  '-encryption_key',
  '76a6c65c5ea762046bd749a2e632ccbb',
  '-encryption_kid',
  '0'.repeat(31).concat('1'),
];
const CENC = ['-c:a', 'aac', '-encryption_scheme', 'cenc-aes-ctr', ...KEY];

/** Of each the arguments, and what its master playlist says. */
const CODECS: Record<string, [args: string[], codecs: RegExp]> = {
  'hevc.mp4': [
    [...HEVC, 'log-level=error:keyint=50', '-tag:v', 'hev1', '-c:a', 'aac'],
    /"hvc1\.[^"]*,mp4a\.40\.2"/,
  ],
  'hevc.mkv': [
    [...HEVC, 'log-level=error:keyint=50:open-gop=1:bframes=4', '-c:a', 'flac'],
    /"hvc1\.[^"]*,flac"/,
  ],
  'hdr.mov': [[...HDR, ...HEVC, 'log-level=error:keyint=50', '-tag:v', 'hvc1', '-c:a', 'aac'], /"hvc1\.2\./],
  'av1.mp4': [[...AV1, '-c:a', 'aac'], /"av01\.[^"]*,mp4a\.40\.2"/],
  'av1.webm': [[...AV1, '-c:a', 'libopus'], /"av01\.[^"]*,opus"/],
  'vp9.mp4': [[...VP9, '-c:a', 'libopus'], /"vp09\.[^"]*,opus"/],
  'mp3.mkv': [[...AVC, '-c:a', 'libmp3lame'], /"avc1\.[^"]*,mp3"/],
};

describe('a packaged video of another codec', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codecs-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const made = async (name: string, args: string[]) => {
    const source = join(folder, name);
    const picture = ['-f', 'lavfi', '-i', 'testsrc=size=160x90:rate=25:duration=20'];
    const tone = ['-f', 'lavfi', '-i', 'sine=duration=20'];
    await runFile('ffmpeg', [
      '-v',
      'error',
      '-y',
      ...picture,
      ...tone,
      '-pix_fmt',
      'yuv420p',
      ...args,
      source,
    ]);
    return source;
  };

  for (const [name, [args, codecs]] of Object.entries(CODECS)) {
    it(`decodes to the frames of its ${name}`, async () => {
      const source = await made(name, args);
      const directory = await packaged(new Uint8Array(await readFile(source)));
      expect(textOf(directory, 'master.m3u8')).to.match(codecs);
      await sameFrames(source);
    });
  }

  it('is refused where it is encrypted already', async () => {
    for (const flags of [[], ['-movflags', 'frag_keyframe+empty_moov']]) {
      const source = await made('cenc.mp4', [...AVC, ...CENC, ...flags]);
      const refused = packaged(new Uint8Array(await readFile(source)));
      expect(await rejected(refused, MediaRefused)).to.include({ reason: 'encrypted' });
    }
  });
});
