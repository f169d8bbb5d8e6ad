import { useState } from 'react';
import { type Content, isSameListing, type Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useChain } from '../../chain.tsx';
import { isFree } from '../../components/amount.ts';
import { offerFor, type Terms, termsOf } from '../../playback/terms.ts';
import { forgetToken, useTokens } from '../../playback/tokens.ts';
import type { PlayerSource } from '../../player/sources.ts';
import { type Findings, useFindings } from '../../player/use-findings.ts';
import { setQuery, usePlace } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { awayOf, chosenOf, isPaidAt, type NextStep, nextStepOf, type Rights } from './choice.ts';
import { useLoss } from './loss.ts';
import type { Form } from './packaged/use-form.ts';
import { usePayments } from './paid.ts';
import {
  isBy,
  isUsable,
  type Places,
  playedSources,
  playsWith,
  type ServedStream,
  servingOf,
  toTry,
  toTryOf,
  unpaidSource,
  type Verdict,
} from './serving.ts';

/** The streams of a listing, before any is tried. */
interface Candidates {
  streams: readonly Stream[];
  /** The host's own copy of a free file. */
  own: Stream | undefined;
  places: Places;
  rights: Rights;
  /** The provider that the address bar names. */
  namedProvider: string;
  lost: readonly string[];
  /** The provider that was shown last. */
  shown: string;
}

/** A video whose keys a provider sells. */
export interface ForSale {
  stream: Stream;
  source: PlayerSource | undefined;
}

interface Served {
  content: Content;
  streams: readonly Stream[];
  form: Form;
  /** Where an earlier visit has left it. */
  beganAtSec: number;
}

/** The streams of a listing, the chosen one, and the viewer's next step. */
export function useServing({ content, streams, form, beganAtSec }: Served) {
  const wallet = useWallet();
  const { loss, lose, turnTo, regain, onTime, positionSec, awaited, setAwaited } = useLoss(beganAtSec);
  const [shown, setShown] = useState('');
  const known = useKnown(content, streams, { lost: loss.lost, shown, form });
  const { rights, places } = known;
  const [found, again] = useFindings((soFar) => urlsToTry(known, soFar, content.retired), places);
  const { servings, chosen, verdict, nextStep, away, onStage, previewed } = standing(known, found);
  if (chosen && isUsable(chosen.answer) && walletOf(chosen) !== shown) setShown(walletOf(chosen));
  const played = onStage && rights.tokenOf(onStage.stream);
  const unpaid = previewed && unpaidSource(previewed, places, found);
  const freeStart = unpaid?.previewSec ? [unpaid] : [];
  const isSold = previewed !== undefined && places.isPackaged && !content.retired;
  const forSale: ForSale | undefined = isSold ? { stream: previewed.stream, source: unpaid } : undefined;
  const forgetPlayed = () => {
    if (wallet && played) forgetToken(onStage.stream, wallet.address, played);
  };

  return {
    ...{ servings, chosen, verdict, nextStep, away, again, onTime, positionSec },
    ...{ free: rights.free, fromSec: loss.fromSec },
    forSale,
    /** The provider that sells it does not answer while it plays. */
    isSellerAway: previewed !== undefined && walletOf(previewed) === awaited,
    /** Of the chosen provider. */
    paid: chosen && paidOf(chosen, known),
    accessUrl: chosen && accessUrlOf(chosen, found, places.terms),
    isPaid: (serving: ServedStream) => isPaidAt(serving, rights),
    isLost: (provider: string) => [...loss.lost, awaited].includes(provider.toLowerCase()),
    isPaidKnown: rights.payments !== undefined,
    sources: onStage ? playedSources(onStage, places, played?.play_url) : freeStart,
    onPlays: () => onStage && regain(walletOf(onStage)),
    // Of a preview that is its end.
    onLocked: forgetPlayed,
    onLost(fromSec: number) {
      const broken = onStage ?? previewed;
      if (broken) void lose(walletOf(broken), fromSec, played?.play_url, forgetPlayed);
    },
    onAway: (isAway: boolean) => setAwaited(isAway && previewed ? walletOf(previewed) : ''),
    choose(provider: string) {
      turnTo(provider);
      // A provider that did not answer is tried again.
      const named = servings.find((each) => isBy(each, provider));
      if (named && !isUsable(named.answer)) again();
      setQuery({ provider });
    },
  };
}

/** What was paid by voucher opens keys to the channel, and not to the wallet. */
function paidOf(chosen: ServedStream, { rights, places }: Candidates) {
  const paid = rights.payments?.get(walletOf(chosen));
  return places.isPackaged && !paid?.direct ? undefined : paid;
}

function useKnown(
  content: Content,
  streams: readonly Stream[],
  { form, ...last }: Pick<Candidates, 'lost' | 'shown'> & { form: Form },
): Candidates {
  const { query } = usePlace();
  const { open_gateway, chain_id } = useChain();
  const payments = usePayments(content);
  const tokenOf = useTokens(useWallet()?.address);
  const free = isFree(content) && !content.retired;
  const places = {
    page: new URL(location.href),
    fileUrl: host.fileUrl(content.cid),
    gateUrl: host.gateUrl(content.cid),
    // Keys are nowhere but at gates.
    isOpen: (open_gateway || free) && content.media?.form !== 'protected',
    isPackaged: form === 'packaged',
    terms: termsOf(content, chain_id),
  };
  return {
    streams: streams.filter((each) => isSameListing(each, content)),
    own: free ? hostStream(content) : undefined,
    ...{ places, rights: { payments, tokenOf, free }, ...last },
    namedProvider: query.get('provider') ?? '',
  };
}

/** A free file plays from the host without a registered stream. */
function hostStream({ cid, content_id, contract, content_creator_wallet, published_at }: Content): Stream {
  const nobody = { stream_url: '', content_distributor_wallet: '', registered_at: published_at };
  return { cid, content_id, contract, content_creator_wallet, ...nobody };
}

/** The addresses to try: none where a token plays; those of a paid provider while one may answer; else all. */
function urlsToTry(known: Candidates, found: Findings, isRetired: boolean): string[] {
  const { rights, lost } = known;
  const { servings, looked } = standing(known, found);
  if (!looked || rights.payments === undefined || rights.tokenOf(looked.stream)) return [];
  const urls = toTryOf(looked, found);
  const isAway = urls.every((url) => found.has(url)) && !playsWith(looked.verdict);
  if (rights.payments.has(walletOf(looked)) && !isAway) return urls;
  if (isRetired) return [];
  const left = servings.filter((each) => !lost.some((provider) => isBy(each, provider)));
  return [...new Set([...urls, ...toTry(left)])];
}

function standing({ streams, own, places, ...choice }: Candidates, found: Findings) {
  const { rights, lost } = choice;
  const servings = streams.map((stream) => servingOf(stream, places, found));
  const chosen = chosenOf(servings, { ...choice, found });
  const looked = chosen ?? (own && servingOf(own, places, found));
  const nextStep: NextStep = looked ? nextStepOf(looked, rights) : 'nothing';
  // A broken stream stays in sight until another one plays.
  const broken = servings.find((each) => isBy(each, lost.at(-1) ?? ''));
  // One whose keys are paid from a deposit is not open to the wallet: its player stays as long as it is chosen.
  const isOpened = broken && (!places.isPackaged || rights.tokenOf(broken.stream) !== undefined);
  const onStage = nextStep === 'plays' ? looked : isOpened ? broken : undefined;
  const isToOpen = nextStep === 'pay' || nextStep === 'sign';
  const previewed = onStage === undefined && isToOpen ? looked : undefined;
  const verdict: Verdict = looked?.verdict ?? 'silent';
  return { servings, chosen, looked, verdict, nextStep, onStage, previewed, away: awayOf(servings, choice) };
}

function accessUrlOf(serving: ServedStream, found: Findings, terms: Terms): string | undefined {
  const finding = found.get(serving.ownUrl ?? '');
  return typeof finding === 'object' ? offerFor(finding.offers, serving.stream, terms)?.accessUrl : undefined;
}

function walletOf({ stream }: ServedStream): string {
  return stream.content_distributor_wallet.toLowerCase();
}
