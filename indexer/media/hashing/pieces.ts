import { SharedBuffers } from './shared-buffers.ts';

/** What is read of a file is handed on in pieces of this size at most: a reader who stops holds one of them. */
export const PIECE_BYTES = 32_768;
/** 34 MB: what all readers together have read ahead. */
const MAX_SPARE = 1_024;

const buffers = new SharedBuffers(PIECE_BYTES, MAX_SPARE);

/** Room for so many bytes. */
export function takePieces(lengthBytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(lengthBytes / PIECE_BYTES) }, (_, nth) =>
    buffers.take(Math.min(PIECE_BYTES, lengthBytes - nth * PIECE_BYTES)),
  );
}

/** Whoever needs the bytes of a piece no more may say so: its memory is used again. What is no piece is ignored. */
export function giveBack(piece: Uint8Array): void {
  buffers.giveBack(piece);
}
