type Listener = (event: string, data: { details?: string }) => void;

/** As much of an `Hls` as tells of them. */
interface Failing {
  readonly media: { readonly currentTime: number } | null;
  on(event: string, listener: Listener): void;
}

const MAX_SPOILT = 3;
/** Of hls.js. */
const SPOILT: readonly unknown[] = ['fragDecryptError', 'fragParsingError', 'bufferAppendError'];
/** Played so far, it was another segment. */
const SAME_SEC = 1;

/** Whether an error says that a segment came, and can't be shown. */
export function isSpoilt(details: string | undefined): boolean {
  return SPOILT.includes(details);
}

/** Calls back when nothing of what comes can be shown: no hash names segments, and hls.js fetches such a one again for ever. */
export function watchSegments(hls: Failing, onSpoilt: () => void): void {
  let count = 0;
  let sinceSec = 0;
  hls.on('hlsError', (_event, { details }) => {
    if (!isSpoilt(details)) return;
    const atSec = hls.media?.currentTime ?? 0;
    if (Math.abs(atSec - sinceSec) > SAME_SEC) count = 0;
    if (count === 0) sinceSec = atSec;
    count += 1;
    if (count === MAX_SPOILT) onSpoilt();
  });
}
