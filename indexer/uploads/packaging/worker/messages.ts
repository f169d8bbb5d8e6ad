import type { MediaDescription } from '../../../../packager/describe-media.ts';
import type { RefusalReason } from '../../../../packager/errors.ts';
import type { PackageOptions } from '../../../../packager/package-media.ts';
import type { MediaPlan } from '../../../../packager/plan-media.ts';

export interface PackagingJob extends Omit<PackageOptions, 'pictures' | 'smaller'> {
  /** A file of this machine, as are the others. */
  path: string;
  pictures?: string;
  smaller?: readonly string[];
}

export type PlanningJob = Pick<PackagingJob, 'path' | 'previewSec' | 'pictures'>;

/** What a worker's process is told. It does one job after the other. */
export type ToWorker =
  | { kind: 'package'; job: PackagingJob }
  | { kind: 'plan'; job: PlanningJob }
  /** The taker has room for one piece more. */
  | { kind: 'more' }
  | { kind: 'describe'; sizeBytes: number }
  | { kind: 'bytes'; id: number; bytes: Uint8Array };

export type FromWorker =
  /** How much is packaged, from 0 to 1, and how often a file of it was read by now. */
  | { kind: 'progress'; part: number; readings: number }
  | Piece
  | { kind: 'packaged' }
  | { kind: 'planned'; plan: MediaPlan }
  /** At most {@link MAX_READ_BYTES}: the host makes room for them. */
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

export const MAX_READ_BYTES = 1024 * 1024;
