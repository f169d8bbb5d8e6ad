import type { AudioCodec, VideoCodec } from 'mediabunny';

/**
 * What browsers play from fragmented MP4, and whether Safari is among them. Not VP8, Vorbis, AC-3, DTS or PCM: Chromium
 * refuses these there.
 */
const PLAYABLE: Readonly<Partial<Record<VideoCodec | AudioCodec, { safari: boolean }>>> = {
  avc: { safari: true },
  hevc: { safari: true },
  vp9: { safari: false },
  av1: { safari: true },
  aac: { safari: true },
  flac: { safari: true },
  opus: { safari: false },
  mp3: { safari: false },
};

export function isPlayable(codec: VideoCodec | AudioCodec): boolean {
  return PLAYABLE[codec] !== undefined;
}

export function playsInSafari(codec: VideoCodec | AudioCodec): boolean {
  return PLAYABLE[codec]?.safari === true;
}

/** As in a playlist's CODECS: parameter sets stand in the init segment alone (`hvc1`), which is what Safari plays. */
export function codecText(parameters: string): string {
  return parameters.replace(/^hev1\./, 'hvc1.');
}
