const LATEST_SEC = 1;
const MAX_WIDTH = 1_280;
const QUALITY = 0.8;
/** As the host takes it. */
const MAX_BYTES = 2 * 1024 ** 2;
const TIMEOUT_MS = 5_000;

/** A picture of the video from its start, in JPEG; `null` where this browser does not play it, or not at once. */
export async function posterOf(file: Blob): Promise<Blob | null> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  try {
    await drawable(video, url);
    const picture = await pictureOf(video);
    return picture && picture.size <= MAX_BYTES ? picture : null;
  } catch {
    return null;
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

/** Resolves when a picture a little after the start is there: the first one is black in many videos. */
function drawable(video: HTMLVideoElement, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error('No picture in time.'));
    const timer = setTimeout(late, TIMEOUT_MS);
    video.onerror = late;
    video.onloadedmetadata = () => {
      video.currentTime = Math.min(LATEST_SEC, video.duration / 2 || 0);
    };
    video.onseeked = () => {
      clearTimeout(timer);
      resolve();
    };
    video.muted = true;
    video.preload = 'auto';
    video.src = url;
  });
}

function pictureOf(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth, videoHeight } = video;
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(MAX_WIDTH, videoWidth);
  canvas.height = Math.round((videoHeight * canvas.width) / Math.max(1, videoWidth));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
