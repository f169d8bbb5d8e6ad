import { extname } from 'node:path';

/** What a browser may open in place. Nothing that could run as a page on this origin: no HTML, SVG or XML. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.m4s': 'video/iso.segment',
  '.webm': 'video/webm',
  '.mkv': 'video/matroska',
  '.mov': 'video/quicktime',
  '.qt': 'video/quicktime',
  '.mpg': 'video/mpeg',
  '.mpeg': 'video/mpeg',
  '.flv': 'video/x-flv',
  '.wmv': 'video/x-ms-wmv',
  '.asf': 'video/x-ms-asf',
  '.3gp': 'video/3gpp',
  '.ogv': 'video/ogg',
  '.avi': 'video/x-msvideo',
  '.ts': 'video/mp2t',
  '.m2ts': 'video/mp2t',
  '.mts': 'video/mp2t',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.aac': 'audio/aac',
  '.flac': 'audio/flac',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.wma': 'audio/x-ms-wma',
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
  [4, 'ftyp3g', 'video/3gpp'],
  [4, 'ftyp', 'video/mp4'],
  [4, 'styp', 'video/iso.segment'],
  [0, 'OggS', 'application/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio/mpeg'],
  [0, '\xff\xf3', 'audio/mpeg'],
  [0, '\xff\xf1', 'audio/aac'],
  [0, '\xff\xf9', 'audio/aac'],
  [0, '\0\0\x01\xba', 'video/mpeg'],
  [0, '\0\0\x01\xb3', 'video/mpeg'],
  [0, 'FLV\x01', 'video/x-flv'],
  [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c', 'video/x-ms-asf'],
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
/** QuickTime before it told its type: a first atom whose size fits it, since text may have such words in this place. */
const OLD_QUICKTIME = /^(\0.{3}(moov|wide|free|skip|pnot)|.{4}mdat)/s;
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
  if (OLD_QUICKTIME.test(text)) return 'video/quicktime';
  const found = BY_MAGIC.find(([offset, magic]) => text.startsWith(magic, offset));
  return found?.[2] ?? UNKNOWN_TYPE;
}
