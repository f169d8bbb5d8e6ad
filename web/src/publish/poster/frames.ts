/** A picture out of a video. */
export interface Frame {
  atSec: number;
  /** JPEG, as the host takes it. */
  picture: Blob;
  /** The same, small, as a data: URL. */
  shown: string;
}

export interface Frames {
  /** None where this browser does not play the file, or not at once. */
  frames: readonly Frame[];
  /** `null` where the browser can't tell. */
  durationSec: number | null;
}

/** Where in the video, in parts of its length: past the titles, and before the end is told. */
const PARTS = [0.1, 0.35, 0.6] as const;
const MAX_WIDTH = 1_280;
const SHOWN_WIDTH = 320;
const QUALITY = 0.8;
/** As the host takes it. */
const MAX_BYTES = 2 * 1024 ** 2;
/** For each picture. */
const TIMEOUT_MS = 5_000;

/** Three pictures of a video, made here; fewer where not all of it can be played. */
export async function framesOf(file: Blob): Promise<Frames> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  try {
    await happens(video, 'loadedmetadata', () => {
      video.muted = true;
      video.preload = 'auto';
      video.src = url;
    });
    const durationSec = Number.isFinite(video.duration) ? video.duration : null;
    return { frames: await take(video, durationSec), durationSec };
  } catch {
    return { frames: [], durationSec: null };
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

async function take(video: HTMLVideoElement, durationSec: number | null): Promise<Frame[]> {
  const frames: Frame[] = [];
  if (video.videoWidth === 0) return frames; // sound alone
  for (const part of PARTS) {
    // Of a recording that does not say how long it is, only the start is known to be there.
    const atSec = durationSec === null ? part : part * durationSec;
    try {
      await happens(video, 'seeked', () => {
        video.currentTime = atSec;
      });
    } catch {
      break; // what was made before is good
    }
    // Both at once: a video that was just sought may still bring another frame.
    const [large, small] = [draw(video, MAX_WIDTH), draw(video, SHOWN_WIDTH)];
    const shown = small.toDataURL('image/jpeg', QUALITY);
    const picture = await jpegOf(large);
    if (picture && picture.size <= MAX_BYTES) frames.push({ atSec, picture, shown });
  }
  return frames;
}

/** Resolves once the event has come that `cause` brings about. */
function happens(
  video: HTMLVideoElement,
  event: 'loadedmetadata' | 'seeked',
  cause: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const { signal } = over;
    const timer = setTimeout(() => fail(), TIMEOUT_MS);
    const end = () => {
      clearTimeout(timer);
      over.abort();
    };
    const fail = () => {
      end();
      reject(new Error('No picture in time.'));
    };
    video.addEventListener('error', fail, { signal });
    video.addEventListener(
      event,
      () => {
        end();
        resolve();
      },
      { signal },
    );
    cause();
  });
}

function draw(video: HTMLVideoElement, maxWidth: number): HTMLCanvasElement {
  const { videoWidth, videoHeight } = video;
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(maxWidth, videoWidth);
  canvas.height = Math.max(1, Math.round((videoHeight * canvas.width) / videoWidth));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function jpegOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
