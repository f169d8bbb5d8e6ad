import { type DirectOffer, directOffersIn } from '../playback/payment-required.ts';
import { OPENING_MS } from './attempt.ts';

/** An address that answers 402; without offers it asks for nothing that this page can pay. */
export interface PaymentDemand {
  offers: readonly DirectOffer[];
}

/** The result of trying an address without a token. */
export type Finding = 'plays' | 'silent' | PaymentDemand;

const UNAUTHORIZED = 401;
const PAYMENT_REQUIRED = 402;
/** Retired: nobody pays any more, and what was paid stays open. */
const GONE = 410;

/** Tries an address as the player will; an address that does not open may answer HEAD with its price. */
export async function tryOut(url: string, leaving: AbortSignal): Promise<Finding> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(OPENING_MS)]);
  if (await opens(url, signal)) return 'plays';
  const answer = await head(url, signal);
  if (answer?.status !== PAYMENT_REQUIRED && answer?.status !== GONE) return 'silent';
  return { offers: directOffersIn(answer.headers.get('PAYMENT-REQUIRED') ?? '') };
}

/** Whether a provider answers, and does not accept the token in the address any more. */
export async function refusesToken(playUrl: string): Promise<boolean> {
  const status = (await head(playUrl, AbortSignal.timeout(OPENING_MS)))?.status;
  return status === UNAUTHORIZED || status === PAYMENT_REQUIRED || status === GONE;
}

/** Whether anybody answers at an address, whatever it is. */
export async function reaches(url: string): Promise<boolean> {
  return (await head(url, AbortSignal.timeout(OPENING_MS), 'no-cors')) !== undefined;
}

function head(url: string, signal: AbortSignal, mode: RequestMode = 'cors'): Promise<Response | undefined> {
  return fetch(url, {
    method: 'HEAD',
    ...{ signal, mode, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' },
  }).catch(() => undefined);
}

/** Whether a browser can open the video, without playing it. */
function opens(url: string, signal: AbortSignal): Promise<boolean> {
  const video = document.createElement('video');
  return new Promise<boolean>((resolve) => {
    video.onloadedmetadata = () => resolve(true);
    video.onerror = () => resolve(false);
    signal.onabort = () => resolve(false);
    video.preload = 'metadata';
    video.muted = true;
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    video.load();
  });
}
