import { isDiskFull } from '../../lib/disk.ts';
import type { PackagingProblem } from '../../store/store.ts';
import { SourceLost, UploadRefused } from './errors.ts';
import { MediaRefused, PackagingFailed } from './worker/packaging-worker.ts';

/** Processes end for reasons that have nothing to do with the file, such as Ctrl-C. */
const MAX_CRASHES = 3;
/** Half an hour, with the pauses between. */
const MAX_ATTEMPTS = 12;

/** Whether the same may go well later. @param attempts that were made. */
export function isWorthAnotherTry(error: unknown, attempts: number): boolean {
  if (isDiskFull(error)) return false;
  if (error instanceof PackagingFailed) return error.reason === 'crash' && attempts < MAX_CRASHES;
  const isRetryable = error instanceof Error && 'retryable' in error && error.retryable === true;
  return isRetryable && attempts < MAX_ATTEMPTS;
}

/** What its creator is told. */
export function problemOf(error: unknown): PackagingProblem {
  if (error instanceof MediaRefused) return { code: error.reason, detail: error.message };
  if (error instanceof PackagingFailed) return { code: 'packaging_failed', detail: error.message };
  if (error instanceof UploadRefused) return { code: error.code, detail: error.message };
  if (error instanceof SourceLost) return { code: 'upload_lost', detail: error.message };
  if (isDiskFull(error)) return { code: 'storage_full', detail: 'The disk of this host is full.' };
  return { code: 'internal_error', detail: 'Something is broken here; the log has it.' };
}
