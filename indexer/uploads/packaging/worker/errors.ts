import { errorWith } from '../../../lib/errors.ts';

/** Why a file was not done with, though nobody can say that it is damaged. */
export type FailureReason = 'memory' | 'time' | 'crash';

/** The file took more memory or time than one may, or what works on it ended. */
export class PackagingFailed extends errorWith<{ reason: FailureReason }>() {}

export const WORDS: Record<FailureReason, string> = {
  memory: 'The file takes more memory than one may.',
  time: 'The file takes more time than one may.',
  crash: 'What works on the file has ended.',
};

/** The system has no room for another process, or none for its pipes. */
export const NOT_STARTED = 'The process that reads videos does not start.';
