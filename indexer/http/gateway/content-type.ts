import { extname } from 'node:path';
import mime from 'mime-types';

/** What a browser may open in place. Nothing that could run as a page on this origin: no HTML, SVG or XML. */
const OPENED =
  /^((video|audio)\/.+|image\/(jpeg|png|gif|webp|avif)|text\/(vtt|plain)|application\/(json|vnd\.apple\.mpegurl))$/;
/** Types by the names that are registered, or that browsers show, where the list has older ones. */
const OTHERWISE: Readonly<Record<string, string>> = {
  '.m4v': 'video/mp4',
  '.mkv': 'video/matroska',
  '.flac': 'audio/flac',
  '.srt': 'text/plain',
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
  const extension = extname(name).toLowerCase();
  const type = OTHERWISE[extension] ?? mime.lookup(extension);
  return type && OPENED.test(type) ? mime.contentType(type) || null : null;
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
