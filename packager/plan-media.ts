import { type Input, IsobmffInputFormat } from 'mediabunny';
import { cut } from './cutting/cut.ts';
import { MediaRefused } from './errors.ts';
import type { MediaFile } from './media-file.ts';
import { withTimeline } from './package-media.ts';
import type { Timeline } from './source/timeline.ts';

/** What renditions need that shall be cut like the first. */
export interface MediaPlan {
  container: 'mp4' | 'matroska';
  /** As they are seen: upright, with square pixels. */
  width: number;
  height: number;
  /** Up to the last picture. */
  durationSec: number;
  /**
   * When each segment's pictures start, counted from the first picture that is shown; `null` where key frames are too rare
   * to cut at.
   */
  startsSec: readonly number[] | null;
}

export interface PlanOptions {
  previewSec: number;
  /** As in {@link packageMedia}. */
  pictures?: MediaFile;
}

/** How {@link packageMedia} will cut the file. @throws MediaRefused as it does, but where key frames are too rare */
export async function planMedia(file: MediaFile, { previewSec, pictures }: PlanOptions): Promise<MediaPlan> {
  for await (const plan of withTimeline(file, pictures, (timeline, input) =>
    planOf(timeline, input, previewSec),
  )) {
    return plan;
  }
  throw new MediaRefused('no_video', 'The file has no video.');
}

async function* planOf(timeline: Timeline, input: Input, previewSec: number): AsyncGenerator<MediaPlan> {
  const { width, height } = timeline.tracks.video;
  yield {
    container: (await input.getFormat()) instanceof IsobmffInputFormat ? 'mp4' : 'matroska',
    width,
    height,
    durationSec: timeline.lastSec,
    startsSec: await startsOf(timeline, previewSec),
  };
}

async function startsOf(timeline: Timeline, previewSec: number): Promise<number[] | null> {
  const startsSec = [0];
  try {
    for await (const { limitSec } of cut(timeline, previewSec, 'facts')) {
      if (Number.isFinite(limitSec)) startsSec.push(limitSec - timeline.firstKeySec);
    }
    return startsSec;
  } catch (error) {
    if (error instanceof MediaRefused && error.reason === 'key_frames_too_rare') return null;
    throw error;
  }
}
