import { HOST } from '../api/http.ts';
import { OPENING_MS } from './attempt.ts';

/** What an address does when it is tried without a payment: `sold`, it says that it wants one. */
export type Finding = 'plays' | 'sold' | 'silent';

const PAYMENT_REQUIRED = 402;

/** Tries an address as the player will, which is without any sign of a payment. */
export async function tryOut(url: string, signal: AbortSignal): Promise<Finding> {
  if (isOfHost(url) && (await statusOf(url, signal)) === PAYMENT_REQUIRED) return 'sold';
  return (await opens(url, signal)) ? 'plays' : 'silent';
}

/** Elsewhere a page may not ask, and a video element tells no status. */
function isOfHost(url: string): boolean {
  return url.startsWith(new URL(`${HOST}/ipfs/`, location.href).href);
}

async function statusOf(url: string, leaving: AbortSignal): Promise<number | undefined> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(OPENING_MS)]);
  return await fetch(url, { method: 'HEAD', signal }).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** Whether a browser can open the video, without playing it. */
function opens(url: string, signal: AbortSignal): Promise<boolean> {
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
