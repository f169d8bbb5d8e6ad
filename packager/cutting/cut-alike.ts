import type { EncodedPacket } from 'mediabunny';
import { MAX_SEGMENT_BYTES, MediaRefused, tooLarge } from '../errors.ts';
import type { Timeline } from '../source/timeline.ts';
import type { Cut } from './cut.ts';
import { withDurations } from './durations.ts';
import { Sound } from './sound.ts';

/** Where a segment of another rendition was cut. */
export type Span = Pick<Cut, 'startUs' | 'endUs' | 'limitSec'>;

/** Clocks of containers differ by as much; two pictures don't follow each other so fast. */
const TOLERANCE_SEC = 0.001;
/** The last picture may be missing, but not the end. */
const TOLERANCE_AT_END_SEC = 0.5;

/** Whether a key frame stands where each of the segments starts. */
export async function canCutAlike(
  { tracks, lastSec }: Timeline,
  spans: readonly Span[],
  otherLastSec: number,
): Promise<boolean> {
  if (Math.abs(lastSec - otherLastSec) > TOLERANCE_AT_END_SEC) return false;
  const cuts = spans.slice(0, -1).map(({ limitSec }) => limitSec);
  for await (const { type, timestamp } of tracks.video.packets.facts()) {
    const [next] = cuts;
    if (next === undefined) return true;
    if (type === 'key' && isAt(timestamp, next)) cuts.shift();
    else if (timestamp > next && type === 'key') return false;
  }
  return cuts.length === 0;
}

/** The packets by segments that start and end as those of another rendition, with the same sound. */
export async function* cutAlike({ tracks }: Timeline, spans: readonly Span[]): AsyncGenerator<Cut> {
  const sound = new Sound(tracks.audio?.packets.all() ?? null);
  const packets = tracks.video.packets.all();
  let next = await packets.next();
  for (const { startUs, endUs, limitSec } of spans) {
    const video: EncodedPacket[] = [];
    let bytes = 0;
    for (; !next.done && !isStart(next.value, limitSec); next = await packets.next()) {
      bytes += next.value.byteLength;
      if (bytes > MAX_SEGMENT_BYTES) throw tooLarge();
      video.push(next.value);
    }
    if (video[0]?.type !== 'key') throw new MediaRefused('damaged', 'A rendition has no key frame at a cut.');
    const audio = await sound.takeBefore(limitSec, MAX_SEGMENT_BYTES - bytes);
    const frames = withDurations(video, Number.isFinite(limitSec) ? limitSec : null);
    yield { startUs, endUs, limitSec, video: frames, audio };
  }
}

function isStart({ type, timestamp }: EncodedPacket, limitSec: number): boolean {
  return type === 'key' && isAt(timestamp, limitSec);
}

function isAt(timeSec: number, otherSec: number): boolean {
  return Math.abs(timeSec - otherSec) <= TOLERANCE_SEC;
}
