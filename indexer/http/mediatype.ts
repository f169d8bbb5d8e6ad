import { extname } from 'node:path';

/** What a browser may open in place. Nothing that could run as a page on this origin: no HTML, SVG or XML. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.webm': 'video/webm',
  '.mkv': 'video/matroska',
  '.mov': 'video/quicktime',
  '.ogv': 'video/ogg',
  '.avi': 'video/x-msvideo',
  '.ts': 'video/mp2t',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.aac': 'audio/aac',
  '.flac': 'audio/flac',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.vtt': 'text/vtt; charset=utf-8',
  '.srt': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** The bytes at `offset` that give a format away, in Latin-1; the first match counts. */
const BY_MAGIC: ReadonlyArray<[offset: number, magic: string, type: string]> = [
  [4, 'ftypqt  ', 'video/quicktime'],
  [4, 'ftypM4A ', 'audio/mp4'],
  [4, 'ftypavif', 'image/avif'],
  [4, 'ftyphei', 'image/heic'],
  [4, 'ftyp', 'video/mp4'],
  [4, 'styp', 'video/iso.segment'],
  [0, 'OggS', 'application/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [0, 'fLaC', 'audio/flac'],
  [8, 'WAVEfmt ', 'audio/wav'],
  [8, 'AVI LIST', 'video/x-msvideo'],
  [8, 'WEBPVP8', 'image/webp'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF8', 'image/gif'],
  [0, '#EXTM3U', 'application/vnd.apple.mpegurl'],
  [0, 'WEBVTT', 'text/vtt; charset=utf-8'],
];
const EBML = '\x1aE\xdf\xa3';
const MPEG_TS_PACKET = 188;

/** How many bytes from a file's start `typeOfBytes` looks at. */
export const MAGIC_BYTES = 512;
export const UNKNOWN_TYPE = 'application/octet-stream';

/** By the extension of a file's name; `null` when it tells nothing. */
export function typeOfName(name: string): string | null {
  return BY_EXTENSION[extname(name).toLowerCase()] ?? null;
}

/** By the first bytes of a file; `UNKNOWN_TYPE` when they tell nothing. */
export function typeOfBytes(start: Uint8Array): string {
  const text = Buffer.from(start).toString('latin1');
  if (text.startsWith(EBML)) return text.includes('webm') ? 'video/webm' : 'video/matroska';
  if (text[0] === 'G' && text[MPEG_TS_PACKET] === 'G') return 'video/mp2t';
  const found = BY_MAGIC.find(([offset, magic]) => text.startsWith(magic, offset));
  return found?.[2] ?? UNKNOWN_TYPE;
}
