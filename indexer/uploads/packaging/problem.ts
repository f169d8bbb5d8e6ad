import { isDiskFull } from '../../lib/disk.ts';
import type { PackagingProblem } from '../../store/book.ts';
import { SourceLost, UploadRefused } from './errors.ts';
import { MediaRefused, PackagingFailed } from './worker/packaging-worker.ts';

/** Processes end for reasons that have nothing to do with the file, such as Ctrl-C. */
const MAX_CRASHES = 3;
/** Half an hour, with the pauses between. */
const MAX_ATTEMPTS = 12;
/** They are about the file, or what is asked for with it. */
const FINAL = [MediaRefused, UploadRefused, SourceLost];

/**
 * Whether the same may go well later. What nobody foresaw may: the file is the only one there is.
 * @param failures of this upload, one after the other, the last is the one in question.
 */
export function isWorthAnotherTry(failures: readonly unknown[]): boolean {
  const isCrash = (error: unknown) => error instanceof PackagingFailed && error.reason === 'crash';
  const last = failures.at(-1);
  const isFinal = FINAL.some((kind) => last instanceof kind);
  if (isFinal || (last instanceof PackagingFailed && !isCrash(last))) return false;
  return failures.filter(isCrash).length < MAX_CRASHES && failures.length < MAX_ATTEMPTS;
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
