import { OPENING_MS } from './attempt.ts';

/** Whether a browser can open the video, without playing it. */
export function opens(url: string, signal: AbortSignal): Promise<boolean> {
  const video = document.createElement('video');
  return new Promise<boolean>((resolve) => {
    video.onloadedmetadata = () => resolve(true);
    video.onerror = () => resolve(false);
    AbortSignal.any([signal, AbortSignal.timeout(OPENING_MS)]).onabort = () => resolve(false);
    video.preload = 'metadata';
    video.muted = true;
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    video.load();
  });
}
