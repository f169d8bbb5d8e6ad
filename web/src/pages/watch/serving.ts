import type { Stream } from '../../api/answers.ts';
import { isDoubtful } from '../../playback/health.ts';
import { type GateFinding, gateFinding, type Terms } from '../../playback/terms.ts';
import { type PlayerSource, type Source, sourcesOf } from '../../player/sources.ts';
import type { Findings } from '../../player/use-findings.ts';

/** A registered stream, and what trying it has shown. */
export interface ServedStream {
  stream: Stream;
  /** What it would play from, best first. */
  sources: Source[];
  /** The provider's own address, if a browser may follow it. */
  ownUrl: string | undefined;
  /** The answer of that address; `undefined` before it was tried. */
  answer: Answer | undefined;
  verdict: Verdict;
  /** It is this host's own. */
  isOwn: boolean;
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
  /** It is a directory of segments. */
  isPackaged: boolean;
  terms: Terms;
}

/** The answer of an address that was tried. */
export type Answer = 'plays' | 'silent' | 'codec' | GateFinding;

/**
 * What a payment would buy, as far as it can be seen before: the file of the CID, a video that nobody has compared with
 * it, this host's copy in place of a stream that is away, the same two from a gate, or one whose keys are those of the CID;
 * or nothing that plays, and why.
 */
export type Verdict =
  | 'checking'
  | 'checked'
  | 'unverified'
  | 'host'
  | 'gate'
  | 'gate-keys'
  | 'gate-unverified'
  | 'differs'
  | 'sold'
  | 'codec'
  | 'silent';

/** Streams tried at a time, and in all; a later one is tried when chosen. */
const BATCH_SIZE = 8;
const MAX_TRIED = 24;

export function servingOf(stream: Stream, places: Places, found: Findings): ServedStream {
  const sources = sourcesOf(stream.stream_url, places.isOpen ? places.fileUrl : null, places.page);
  const ownUrl = sources[0]?.url === URL.parse(stream.stream_url)?.href ? sources[0]?.url : undefined;
  const finding = ownUrl === undefined ? 'silent' : found.get(ownUrl);
  const answer =
    typeof finding === 'object'
      ? gateFinding(finding.offers, stream, finding.terms ?? places.terms)
      : finding;
  const isOwn = ownUrl !== undefined && isOfHost(ownUrl, places);
  const tried = { stream, sources, ownUrl, answer, isOwn };
  return { ...tried, verdict: verdictOf(tried, found, places) };
}

function verdictOf(
  { sources, ownUrl, answer, isOwn }: Omit<ServedStream, 'verdict'>,
  found: Findings,
  places: Places,
): Verdict {
  if (answer === undefined) return 'checking';
  if (answer === 'plays') return isOwn ? 'checked' : 'unverified';
  if (answer === 'gate') return isOwn ? 'gate' : places.isPackaged ? 'gate-keys' : 'gate-unverified';
  const copy = sources.find(({ url }) => url !== ownUrl);
  if (!copy) return answer;
  const finding = found.get(copy.url);
  if (finding === undefined) return 'checking';
  if (finding === 'plays') return 'host';
  return typeof finding === 'object' && answer === 'silent' ? 'sold' : answer;
}

/**
 * Proposes whom a person is shown already; else this host's own stream, also before it was tried: its file is compared with
 * the CID; else who answered first, else the first of the list. One that was found to cheat only where there is no other.
 * @param shown the provider's wallet, or an empty text
 */
export function proposed(
  servings: readonly ServedStream[],
  found: Findings,
  shown = '',
): ServedStream | undefined {
  const trusted = servings.filter(({ stream }) => !isDoubtful(stream));
  const kept = trusted.find((each) => isBy(each, shown) && isUsable(each.answer));
  const own = trusted.find(({ isOwn, answer }) => isOwn && (answer === undefined || isUsable(answer)));
  if (kept ?? own) return kept ?? own;
  for (const url of found.keys()) {
    const answering = trusted.find(({ ownUrl, answer }) => ownUrl === url && isUsable(answer));
    if (answering) return answering;
  }
  return trusted[0] ?? servings[0];
}

export function isBy({ stream }: ServedStream, provider: string): boolean {
  return stream.content_distributor_wallet.toLowerCase() === provider.toLowerCase();
}

export function isUsable(answer: Answer | undefined): boolean {
  return answer === 'plays' || answer === 'gate';
}

const ANSWERS: Readonly<Record<Answer, string>> = {
  plays: 'answers',
  gate: 'answers',
  differs: 'another price',
  sold: 'does not play',
  codec: 'not in this browser',
  silent: 'does not play',
};

/** What to say beside a provider. While another one plays it is not asked, and nobody knows. */
export function answerWords(
  answer: Answer | undefined,
  isPaid: boolean,
): { tone: 'good' | 'warm' | 'plain'; text: string } {
  if (isPaid && (answer === undefined || isUsable(answer))) return { tone: 'good', text: 'paid' };
  if (answer === undefined) return { tone: 'plain', text: 'not asked yet' };
  return { tone: isUsable(answer) ? 'good' : 'warm', text: ANSWERS[answer] };
}

/** Providers' addresses; more of them only while none plays. */
export function toTry(servings: readonly ServedStream[]): string[] {
  const known = servings.filter(({ ownUrl }) => ownUrl !== undefined).slice(0, MAX_TRIED);
  let count = BATCH_SIZE;
  const isDead = ({ answer }: ServedStream) => answer !== undefined && !isUsable(answer);
  while (count < known.length && known.slice(0, count).every(isDead)) count += BATCH_SIZE;
  return known.slice(0, count).flatMap(({ ownUrl }) => ownUrl ?? []);
}

/** The sources of one stream to try: the next one only where those before neither play nor would once paid. */
export function toTryOf({ sources, ownUrl, answer }: ServedStream, found: Findings): string[] {
  const isGood = ({ url }: Source) =>
    !found.has(url) || (url === ownUrl ? isUsable(answer) : found.get(url) === 'plays');
  const last = sources.findIndex(isGood);
  return sources.slice(0, last < 0 ? undefined : last + 1).map(({ url }) => url);
}

/** This host checks its files against their CIDs; nobody does that elsewhere. */
function isOfHost(url: string, { fileUrl, gateUrl }: Places): boolean {
  return [fileUrl, gateUrl].map(underOneName).includes(underOneName(url));
}

/** A host of one's own machine answers under two names, and puts one of them on chain. */
function underOneName(url: string): string {
  return url.replace('//127.0.0.1:', '//localhost:');
}

/** The sources for the player. @param playUrl of a token, in place of the provider's own address. */
export function playedSources(serving: ServedStream, places: Places, playUrl?: string): PlayerSource[] {
  const { isPackaged } = places;
  return serving.sources.map((source) => {
    const base = source.url === serving.ownUrl && playUrl !== undefined ? playUrl : source.url;
    const isChecked = isOfHost(source.url, places);
    return { ...source, url: isPackaged ? playlistOf(base) : base, isChecked, isPackaged, isPreview: false };
  });
}

/** The provider's own address where nothing is paid, and how much of it is free; `undefined` where it is away. */
export function unpaidSource(
  serving: ServedStream,
  places: Places,
  found: Findings,
): PlayerSource | undefined {
  const finding = found.get(serving.ownUrl ?? '');
  const own = playedSources(serving, places).find(({ from }) => from === 'provider');
  if (!own || typeof finding !== 'object') return undefined;
  return { ...own, isPreview: true, previewSec: finding.previewSec };
}

function playlistOf(base: string): string {
  return `${base}/master.m3u8`;
}

/** Whether the video plays, or would once paid. A payment is final, so nothing else is sold. */
export function playsWith(verdict: Verdict): boolean {
  return ['checked', 'unverified', 'host'].includes(verdict) || isGated(verdict);
}

export function isGated(verdict: Verdict): boolean {
  return ['gate', 'gate-keys', 'gate-unverified'].includes(verdict);
}
