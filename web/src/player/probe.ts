import { z } from 'zod/mini';
import { parseJson } from '../lib/json.ts';
import { type DirectOffer, directOffersIn } from '../playback/payment-required.ts';
import type { Terms } from '../playback/terms.ts';
import { OPENING_MS } from './attempt.ts';
import { playsAny } from './codecs.ts';

/** An address that answers 402; without offers it asks for nothing that this page can pay. */
export interface PaymentDemand {
  offers: readonly DirectOffer[];
  /** So much of the start plays all the same. */
  previewSec: number;
  /** What the chain said when it was asked: a later price is none that it could have named. */
  terms?: Terms;
}

/** The result of trying an address without a token; `codec`: this browser could not show what is there. */
export type Finding = 'plays' | 'silent' | 'codec' | PaymentDemand;

const UNAUTHORIZED = 401;
const PAYMENT_REQUIRED = 402;
/** Retired: nobody pays any more, and what was paid stays open. */
const GONE = 410;

/** Tries an address as the player will; an address that does not open may answer HEAD with its price. */
export async function tryOut(url: string, leaving: AbortSignal): Promise<Finding> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(OPENING_MS)]);
  if (await opens(url, signal)) return 'plays';
  return demandIn(await head(url, signal)) ?? 'silent';
}

/** What this page reads of a packaged video's `content.json`. */
const packaging = z.object({
  preview_sec: z.number(),
  /** Of each unit a hash, or `null` where nothing is encrypted. */
  keys: z.array(z.nullable(z.string())),
  renditions: z.optional(z.array(z.object({ codecs: z.string() }))),
});

/** The same of a packaged video: everybody may read its files, so its first key shows whether it is sold. */
export async function tryPackaged(url: string, leaving: AbortSignal): Promise<Finding> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(OPENING_MS)]);
  const answer = await asked(`${url}/content.json`, { signal });
  const found = await packagingIn(answer);
  if (!found) return demandIn(answer) ?? 'silent';
  const { keys, preview_sec: previewSec, renditions = [] } = found;
  if (!playsAny(renditions.map(({ codecs }) => codecs))) return 'codec';
  const unit = keys.findIndex((hash) => hash !== null);
  if (unit < 0) return 'plays';
  const key = await head(`${url}/keys/${unit}`, signal);
  if (key?.ok) return 'plays';
  // It is there, but who serves it opens nothing.
  const nothing = { offers: [], previewSec };
  return key ? (demandIn(key, previewSec) ?? nothing) : 'silent';
}

/** Of a packaged video at an address whether keys are sold of it, as whoever serves it says; `undefined` where none is. */
export async function packagedFormAt(
  url: string,
  leaving: AbortSignal,
): Promise<'protected' | 'packaged' | undefined> {
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(OPENING_MS)]);
  const found = await packagingIn(await asked(`${url}/content.json`, { signal }));
  return found && (found.keys.some((hash) => hash !== null) ? 'protected' : 'packaged');
}

async function packagingIn(answer: Response | undefined) {
  if (!answer?.ok) return undefined;
  return packaging.safeParse(parseJson(await answer.text().catch(() => ''))).data;
}

function demandIn(answer: Response | undefined, previewSec = 0): PaymentDemand | undefined {
  if (answer?.status !== PAYMENT_REQUIRED && answer?.status !== GONE) return undefined;
  return { offers: directOffersIn(answer.headers.get('PAYMENT-REQUIRED') ?? ''), previewSec };
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
  return asked(url, { method: 'HEAD', signal, mode });
}

function asked(url: string, request: RequestInit): Promise<Response | undefined> {
  const unseen = { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' } as const;
  return fetch(url, { ...request, ...unseen }).catch(() => undefined);
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
