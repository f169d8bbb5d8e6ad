import type { MediaFile } from '../../media-file.ts';

const WINDOW_BYTES = 64 * 1024;

/** Reads a file from its start to its end, many small parts at once: each read may cost as much as a large one. */
export function windowOn(file: MediaFile): MediaFile['read'] {
  let at = 0;
  let bytes: Uint8Array = new Uint8Array();
  return async (start, end) => {
    if (start < at || end > at + bytes.length) {
      at = start;
      bytes = await file.read(start, Math.min(Math.max(end, start + WINDOW_BYTES), file.sizeBytes));
    }
    return bytes.subarray(start - at, end - at);
  };
}
