import { type Content, isSameListing, type Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useChain } from '../../chain.tsx';
import { isFree } from '../../components/amount.ts';
import { offerFor, type Terms, termsOf } from '../../playback/terms.ts';
import { forgetToken, useTokens } from '../../playback/tokens.ts';
import { sourcesOf } from '../../player/sources.ts';
import { type Findings, useFindings } from '../../player/use-findings.ts';
import { setQuery, usePlace } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { awayOf, type ChoiceOf, chosenOf, nextStepOf, type Rights } from './choice.ts';
import { useLoss } from './loss.ts';
import { usePayments } from './paid.ts';
import {
  answerOf,
  isBy,
  isUsable,
  ownUrl,
  type Places,
  playedSources,
  playsWith,
  proposed,
  type ServedStream,
  servingOf,
  toTry,
  toTryOf,
  verdictOf,
} from './serving.ts';

/** The streams of a listing, before any is tried. */
interface Candidates {
  servings: readonly ServedStream[];
  /** The host's own copy of a free file. */
  own: ServedStream | undefined;
  places: Places;
  rights: Rights;
  /** The provider that the address bar names. */
  namedProvider: string;
  lost: readonly string[];
}

/** The streams of a listing, the chosen one, and the viewer's next step. */
export function useServing(content: Content, streams: readonly Stream[]) {
  const wallet = useWallet();
  const { loss, lose, turnTo, regain, onTime } = useLoss();
  const known = useKnown(content, streams, loss.lost);
  const { servings, rights, places } = known;
  const [found, again] = useFindings((soFar) => urlsToTry(known, soFar, content.retired));
  const { chosen, verdict, nextStep, away, onStage } = standing(known, found);
  const played = onStage && rights.tokenOf(onStage.stream);

  return {
    ...{ servings, found, chosen, verdict, nextStep, away, again, onTime },
    ...{ free: rights.free, terms: places.terms, fromSec: loss.fromSec },
    /** Of the chosen provider. */
    paid: chosen && rights.payments?.get(walletOf(chosen)),
    accessUrl: chosen && accessUrlOf(chosen, found, places.terms),
    paidTo: (provider: string) => rights.payments?.has(provider.toLowerCase()) ?? false,
    isLost: (provider: string) => loss.lost.includes(provider.toLowerCase()),
    isPaidKnown: rights.payments !== undefined,
    sources: onStage ? playedSources(onStage, places, played?.play_url) : [],
    onPlays: () => onStage && regain(walletOf(onStage)),
    onLost(fromSec: number) {
      if (!onStage) return;
      const onRefused = () => wallet && played && forgetToken(onStage.stream, wallet.address, played);
      void lose(walletOf(onStage), fromSec, played?.play_url, onRefused);
    },
    choose(provider: string) {
      turnTo(provider);
      // A provider that did not answer is tried again.
      const named = servings.find((each) => isBy(each, provider));
      if (named && !isUsable(answerOf(named, found, places.terms))) again();
      setQuery({ provider });
    },
  };
}

function useKnown(content: Content, streams: readonly Stream[], lost: readonly string[]): Candidates {
  const { query } = usePlace();
  const { open_gateway, chain_id } = useChain();
  const payments = usePayments(content);
  const tokenOf = useTokens(useWallet()?.address);
  const free = isFree(content) && !content.retired;
  const places = {
    page: new URL(location.href),
    fileUrl: host.fileUrl(content.cid),
    gateUrl: host.gateUrl(content.cid),
    isOpen: open_gateway || free,
    terms: termsOf(content, chain_id),
  };
  const servings = streams
    .filter((each) => isSameListing(each, content))
    .map((stream) => servingOf(stream, places));
  const own = free ? hostServing(content, places) : undefined;
  const rights = { payments, tokenOf, free };
  return { servings, own, places, rights, namedProvider: query.get('provider') ?? '', lost };
}

/** A free file plays from the host without a registered stream. */
function hostServing(content: Content, { fileUrl, page }: Places): ServedStream {
  const { cid, content_id, contract, content_creator_wallet, published_at } = content;
  const nobody = { stream_url: '', content_distributor_wallet: '', registered_at: published_at };
  const stream = { cid, content_id, contract, content_creator_wallet, ...nobody };
  return { stream, sources: sourcesOf('', fileUrl, page) };
}

function choiceOf({ places, rights, namedProvider, lost }: Candidates, found: Findings): ChoiceOf {
  return {
    ...{ rights, namedProvider, lost },
    verdictBy: (each) => verdictOf(each, found, places),
    proposedOf: (some) => proposed(some, found, places.terms),
  };
}

/** The addresses to try: none where a token plays; those of a paid provider while one may answer; else all. */
function urlsToTry(known: Candidates, found: Findings, isRetired: boolean): string[] {
  const { servings, own, places, rights, lost } = known;
  const chosen = chosenOf(servings, choiceOf(known, found)) ?? own;
  if (!chosen || rights.payments === undefined || rights.tokenOf(chosen.stream)) return [];
  const urls = toTryOf(chosen, found, places.terms);
  const isAway = urls.every((url) => found.has(url)) && !playsWith(verdictOf(chosen, found, places));
  if (rights.payments.has(walletOf(chosen)) && !isAway) return urls;
  if (isRetired) return [];
  const left = servings.filter((each) => !lost.some((provider) => isBy(each, provider)));
  return [...new Set([...urls, ...toTry(left, found, places.terms)])];
}

function standing(known: Candidates, found: Findings) {
  const { servings, own, places, rights, lost } = known;
  const choice = choiceOf(known, found);
  const chosen = chosenOf(servings, choice);
  const looked = chosen ?? own;
  const verdict = looked ? verdictOf(looked, found, places) : 'silent';
  const nextStep = looked ? nextStepOf(looked.stream, verdict, rights) : 'nothing';
  // A broken stream stays in sight until another one plays.
  const broken = servings.find((each) => isBy(each, lost.at(-1) ?? ''));
  const onStage = nextStep === 'plays' ? looked : broken;
  return { chosen, verdict, nextStep, onStage, away: awayOf(servings, choice) };
}

function accessUrlOf(serving: ServedStream, found: Findings, terms: Terms): string | undefined {
  const finding = found.get(ownUrl(serving) ?? '');
  return typeof finding === 'object' ? offerFor(finding.offers, serving.stream, terms)?.accessUrl : undefined;
}

function walletOf({ stream }: ServedStream): string {
  return stream.content_distributor_wallet.toLowerCase();
}
