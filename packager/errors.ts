/** Why a file is not packaged. */
export type RefusalReason =
  | 'unknown_format'
  | 'no_video'
  | 'codec_not_playable'
  | 'encrypted'
  | 'damaged'
  | 'key_frames_too_rare'
  | 'segment_too_large'
  | 'too_long';

/** The file itself is at fault: another try ends in the same way. */
export class MediaRefused extends Error {
  override readonly name = 'MediaRefused';
  readonly reason: RefusalReason;
  /** What the file calls the codec at fault; with `codec_not_playable` alone. */
  readonly codec: string | null;

  constructor(reason: RefusalReason, message: string, facts: ErrorOptions & { codec?: string } = {}) {
    super(message, facts);
    this.reason = reason;
    this.codec = facts.codec ?? null;
  }
}

/** Of pictures and sound of a segment together. */
export const MAX_SEGMENT_BYTES = 128 * 1024 * 1024;

export function tooLarge(): MediaRefused {
  return new MediaRefused(
    'segment_too_large',
    `A segment would be larger than ${MAX_SEGMENT_BYTES / 1024 / 1024} MiB.`,
  );
}

export function encrypted(): MediaRefused {
  return new MediaRefused(
    'encrypted',
    'The video is encrypted already: only a player with its key can read it.',
  );
}
