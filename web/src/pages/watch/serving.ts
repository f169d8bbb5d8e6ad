import type { Stream } from '../../api/answers.ts';
import { type Source, sourcesOf } from '../../player/sources.ts';
import type { Findings } from '../../player/use-findings.ts';

/** One who serves the video, and from where it would play, best first. */
export interface Serving {
  stream: Stream;
  sources: Source[];
}

/** Where things are that an address is compared with. */
export interface Places {
  page: URL;
  /** Of this host's file under the CID. */
  fileUrl: string;
  /** Whether the host serves that to everybody. */
  isOpen: boolean;
}

/**
 * What a payment would buy, as far as it can be seen before: the file of the CID, a video that nobody has compared with
 * it, this host's copy in place of a stream that is away; or nothing that plays, and why.
 */
export type Verdict = 'checking' | 'checked' | 'unverified' | 'host' | 'sold' | 'silent';

/** So many are tried at a time, and in all; who comes later is tried when chosen. */
const FEW = 8;
const MOST = 24;

export function servingOf(stream: Stream, { page, fileUrl, isOpen }: Places): Serving {
  return { stream, sources: sourcesOf(stream.stream_url, isOpen ? fileUrl : null, page) };
}

/** Whom the address bar names, else who answered first, else the first: nobody is proposed who is known to be away. */
export function proposed(servings: readonly Serving[], wanted: string, found: Findings): Serving | undefined {
  const named = servings.find(
    ({ stream }) => stream.content_distributor_wallet.toLowerCase() === wanted.toLowerCase(),
  );
  if (named) return named;
  const answered = [...found].find(
    ([url, finding]) => finding === 'plays' && servings.some((each) => ownUrl(each) === url),
  );
  return (answered && servings.find((each) => ownUrl(each) === answered[0])) ?? servings[0];
}

/** The provider's own address, if a browser may follow it. */
export function ownUrl({ stream, sources: [first] }: Serving): string | undefined {
  return first && first.url === URL.parse(stream.stream_url)?.href ? first.url : undefined;
}

/** Providers' addresses; more of them only while none plays. */
export function toTry(servings: readonly Serving[], found: Findings): string[] {
  const urls = servings.flatMap((each) => ownUrl(each) ?? []).slice(0, MOST);
  let count = FEW;
  const isDead = (url: string) => found.has(url) && found.get(url) !== 'plays';
  while (count < urls.length && urls.slice(0, count).every(isDead)) count += FEW;
  return urls.slice(0, count);
}

/** Of the chosen one's addresses those that matter: the next only where the one before does not play. */
export function toTryOf(sources: readonly Source[], found: Findings): string[] {
  const last = sources.findIndex(({ url }) => !found.has(url) || found.get(url) === 'plays');
  return sources.slice(0, last < 0 ? sources.length : last + 1).map(({ url }) => url);
}

/** @param fileUrl of this host's file under the CID: the only one that somebody checks against it. */
export function verdictOf(sources: readonly Source[], found: Findings, fileUrl: string): Verdict {
  for (const [index, { url }] of sources.entries()) {
    const finding = found.get(url);
    if (finding === undefined) return 'checking';
    if (finding !== 'plays') continue;
    if (url !== fileUrl) return 'unverified';
    return index === 0 ? 'checked' : 'host';
  }
  return sources.some(({ url }) => found.get(url) === 'sold') ? 'sold' : 'silent';
}

/** A payment is final and carried by nothing to whoever serves: what does not play before it will not after it. */
export function playsWith(verdict: Verdict): boolean {
  return verdict === 'checked' || verdict === 'unverified' || verdict === 'host';
}
