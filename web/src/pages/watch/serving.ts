import type { Stream } from '../../api/answers.ts';
import { type GateFinding, gateFinding, type Terms } from '../../playback/terms.ts';
import { type PlayerSource, type Source, sourcesOf } from '../../player/sources.ts';
import type { Findings } from '../../player/use-findings.ts';

/** A registered stream with the sources it would play from, best first. */
export interface ServedStream {
  stream: Stream;
  sources: Source[];
}

/** Addresses of this host and page to compare with, and the terms on chain. */
export interface Places {
  page: URL;
  /** Of this host's file under the CID. */
  fileUrl: string;
  /** Where this host serves it to who has paid. */
  gateUrl: string;
  /** Whether the host serves the file to everybody. */
  isOpen: boolean;
  terms: Terms;
}

/** The answer of an address that was tried. */
export type Answer = 'plays' | 'silent' | GateFinding;

/**
 * What a payment would buy, as far as it can be seen before: the file of the CID, a video that nobody has compared with
 * it, this host's copy in place of a stream that is away, the same two from a gate; or nothing that plays, and why.
 */
export type Verdict =
  | 'checking'
  | 'checked'
  | 'unverified'
  | 'host'
  | 'gate'
  | 'gate-unverified'
  | 'differs'
  | 'sold'
  | 'silent';

/** Streams tried at a time, and in all; a later one is tried when chosen. */
const BATCH_SIZE = 8;
const MAX_TRIED = 24;

export function servingOf(stream: Stream, { page, fileUrl, isOpen }: Places): ServedStream {
  return { stream, sources: sourcesOf(stream.stream_url, isOpen ? fileUrl : null, page) };
}

/** Proposes the stream that answered first, else the first of the list. */
export function proposed(
  servings: readonly ServedStream[],
  found: Findings,
  terms: Terms,
): ServedStream | undefined {
  for (const url of found.keys()) {
    const answering = servings.find((each) => ownUrl(each) === url && isUsable(answerOf(each, found, terms)));
    if (answering) return answering;
  }
  return servings[0];
}

export function isBy({ stream }: ServedStream, provider: string): boolean {
  return stream.content_distributor_wallet.toLowerCase() === provider.toLowerCase();
}

/** The provider's own address, if a browser may follow it. */
export function ownUrl({ stream, sources: [first] }: ServedStream): string | undefined {
  return first && first.url === URL.parse(stream.stream_url)?.href ? first.url : undefined;
}

/** The answer of the provider's own address; `undefined` before it was tried. */
export function answerOf(serving: ServedStream, found: Findings, terms: Terms): Answer | undefined {
  const url = ownUrl(serving);
  if (url === undefined) return 'silent';
  const finding = found.get(url);
  return typeof finding === 'object' ? gateFinding(finding.offers, serving.stream, terms) : finding;
}

export function isUsable(answer: Answer | undefined): boolean {
  return answer === 'plays' || answer === 'gate';
}

/** Providers' addresses; more of them only while none plays. */
export function toTry(servings: readonly ServedStream[], found: Findings, terms: Terms): string[] {
  const known = servings.filter((each) => ownUrl(each) !== undefined).slice(0, MAX_TRIED);
  let count = BATCH_SIZE;
  const isDead = (each: ServedStream) => {
    const answer = answerOf(each, found, terms);
    return answer !== undefined && !isUsable(answer);
  };
  while (count < known.length && known.slice(0, count).every(isDead)) count += BATCH_SIZE;
  return known.slice(0, count).flatMap((each) => ownUrl(each) ?? []);
}

/** The sources of one stream to try: the next one only where those before neither play nor would once paid. */
export function toTryOf(serving: ServedStream, found: Findings, terms: Terms): string[] {
  const own = ownUrl(serving);
  const isGood = ({ url }: Source) =>
    !found.has(url) || (url === own ? isUsable(answerOf(serving, found, terms)) : found.get(url) === 'plays');
  const last = serving.sources.findIndex(isGood);
  return serving.sources.slice(0, last < 0 ? undefined : last + 1).map(({ url }) => url);
}

export function verdictOf(serving: ServedStream, found: Findings, places: Places): Verdict {
  const own = ownUrl(serving);
  const first = answerOf(serving, found, places.terms);
  if (own !== undefined) {
    if (first === undefined) return 'checking';
    const isChecked = isOfHost(own, places);
    if (first === 'plays') return isChecked ? 'checked' : 'unverified';
    if (first === 'gate') return isChecked ? 'gate' : 'gate-unverified';
  }
  const copy = serving.sources.find(({ url }) => url !== own);
  if (copy) {
    const finding = found.get(copy.url);
    if (finding === undefined) return 'checking';
    if (finding === 'plays') return 'host';
    if (typeof finding === 'object' && first === 'silent') return 'sold';
  }
  return first === 'differs' || first === 'sold' ? first : 'silent';
}

/** This host checks its files against their CIDs; nobody does that elsewhere. */
function isOfHost(url: string, { fileUrl, gateUrl }: Places): boolean {
  return url === fileUrl || url === gateUrl;
}

/** The sources for the player. @param playUrl of a token, in place of the provider's own address. */
export function playedSources(serving: ServedStream, places: Places, playUrl?: string): PlayerSource[] {
  const own = ownUrl(serving);
  return serving.sources.map((source) => ({
    ...source,
    url: source.url === own && playUrl !== undefined ? playUrl : source.url,
    isChecked: isOfHost(source.url, places),
  }));
}

/** Whether the video plays, or would once paid. A payment is final, so nothing else is sold. */
export function playsWith(verdict: Verdict): boolean {
  return ['checked', 'unverified', 'host', 'gate', 'gate-unverified'].includes(verdict);
}

export function isGated(verdict: Verdict): boolean {
  return verdict === 'gate' || verdict === 'gate-unverified';
}
