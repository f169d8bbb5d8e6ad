import { errorWith } from '../../../lib/errors.ts';

export type FfmpegFailure = 'memory' | 'time' | 'exit';

/** ffmpeg did not come to a good end, or took more than it may; the cause has its last words. */
export class FfmpegFailed extends errorWith<{ reason: FfmpegFailure }>(
  ({ reason }) =>
    ({
      memory: 'ffmpeg takes more memory than it may.',
      time: 'ffmpeg takes more time than it may.',
      exit: 'ffmpeg has ended with an error.',
    })[reason],
) {}
