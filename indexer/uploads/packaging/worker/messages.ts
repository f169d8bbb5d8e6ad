import type { MediaDescription } from '../../../../packager/describe-media.ts';
import type { RefusalReason } from '../../../../packager/errors.ts';
import type { PackageOptions } from '../../../../packager/package-media.ts';

export interface PackagingJob extends PackageOptions {
  /** A file of this machine. */
  path: string;
}

/** What a worker's process is told. It does one job after the other. */
export type ToWorker =
  | { kind: 'package'; job: PackagingJob }
  /** The taker has room for one piece more. */
  | { kind: 'more' }
  | { kind: 'describe'; sizeBytes: number }
  | { kind: 'bytes'; id: number; bytes: Uint8Array };

export type FromWorker =
  /** How much of a file that is packaged is read; above 1 where it is read again. */
  | { kind: 'progress'; part: number }
  | Piece
  | { kind: 'packaged' }
  | { kind: 'read'; id: number; start: number; end: number }
  | { kind: 'described'; description: MediaDescription | null }
  | { kind: 'refused'; reason: RefusalReason; message: string; codec: string | null; cause: string | null }
  /** By a mistake of ours, or because the file can't be read. */
  | { kind: 'failed'; cause: string };

/** A file of a directory begins, or goes on. */
export type Piece = { kind: 'entry'; path: string } | { kind: 'chunk'; bytes: Uint8Array };

/** So many pieces are on their way at most, of which each has so many bytes at most. */
export const PIECES_AHEAD = 8;
export const PIECE_BYTES = 256 * 1024;
