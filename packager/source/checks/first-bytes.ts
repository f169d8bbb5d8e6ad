const EBML = '\x1a\x45\xdf\xa3';
/** What an MP4 or MOV file, or a part of one, begins with. */
const FIRST_BOXES = new Set(['ftyp', 'styp', 'moof', 'sidx', 'emsg', 'prft', 'free']);
export const FIRST_BYTES = 8;

/** Whether a file that begins so may be an MP4, MOV, WebM or MKV file; no other has to be opened to know that. */
export function mayBeVideo(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, FIRST_BYTES));
  return text.startsWith(EBML) || FIRST_BOXES.has(text.slice(4));
}

/** Whether it begins as a picture that may be the poster. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}
