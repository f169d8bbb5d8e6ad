import type { Content, Stream } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useChain } from '../../chain.tsx';
import { isFree } from '../../components/amount.ts';
import { offerFor, type Terms, termsOf } from '../../playback/terms.ts';
import { forgetToken, useTokens } from '../../playback/tokens.ts';
import { sourcesOf } from '../../player/sources.ts';
import { type Findings, useFindings } from '../../player/use-findings.ts';
import { setQuery, usePlace } from '../../router.tsx';
import { useWallet } from '../../wallet/wallet.ts';
import { awayOf, chosenOf, type Rights, wayOf } from './choice.ts';
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
  type Serving,
  servingOf,
  toTry,
  toTryOf,
  verdictOf,
} from './serving.ts';

/** Who serves a listing, who of them is chosen, and what stands between the viewer and the video there. */
export function useServing(content: Content, streams: readonly Stream[]) {
  const { query } = usePlace();
  const wallet = useWallet();
  const payments = usePayments(content);
  const tokenOf = useTokens(wallet?.address);
  const { loss, lose, turnTo, regain, onTime } = useLoss();
  const free = isFree(content) && !content.retired;
  const places = usePlaces(content, free);
  const { terms } = places;
  const servings = streams
    .filter((each) => each.content_id === content.content_id && each.contract === content.contract)
    .map((stream) => servingOf(stream, places));
  const rights: Rights = { payments, tokenOf, free };

  const choiceBy = (found: Findings) => ({
    ...{ wanted: query.get('provider') ?? '', rights, lost: loss.lost },
    verdictBy: (each: Serving) => verdictOf(each, found, places),
    proposedOf: (some: readonly Serving[]) => proposed(some, found, terms),
  });
  const [found, again] = useFindings((soFar) => {
    const chosen = chosenOf(servings, choiceBy(soFar)) ?? (free ? hostServing(content, places) : undefined);
    if (!chosen || payments === undefined || tokenOf(chosen.stream)) return [];
    const own = toTryOf(chosen, soFar, terms);
    // Who has paid somebody needs nobody else, as long as that one answers.
    const isAway = own.every((url) => soFar.has(url)) && !playsWith(verdictOf(chosen, soFar, places));
    if (payments.has(walletOf(chosen)) && !isAway) return own;
    return content.retired ? [] : [...new Set([...own, ...toTry(left(servings, loss.lost), soFar, terms)])];
  });

  const choice = choiceBy(found);
  const chosen = chosenOf(servings, choice);
  const looked = chosen ?? (free ? hostServing(content, places) : undefined);
  const verdict = looked ? verdictOf(looked, found, places) : 'silent';
  const way = looked ? wayOf(looked.stream, verdict, rights) : 'nothing';
  const broken = servings.find((each) => isBy(each, loss.lost.at(-1) ?? ''));
  const onStage = way === 'plays' ? looked : broken;
  const playUrl = onStage && tokenOf(onStage.stream)?.play_url;

  return {
    ...{ free, servings, chosen, found, terms, verdict, way, again },
    /** Of the chosen provider. */
    paid: chosen && payments?.get(walletOf(chosen)),
    accessUrl: chosen && accessUrlOf(chosen, found, terms),
    paidTo: (provider: string) => payments?.has(provider.toLowerCase()) ?? false,
    isPaidKnown: payments !== undefined,
    away: awayOf(servings, choice),
    fromSec: loss.fromSec,
    onTime,
    sources: onStage ? playedSources(onStage, places, playUrl) : [],
    onLost(fromSec: number) {
      if (!onStage) return;
      const { stream } = onStage;
      const onRefused = () => wallet && forgetToken(stream, wallet.address);
      void lose(stream.content_distributor_wallet, fromSec, playUrl, onRefused);
    },
    onPlays: () => onStage && regain(onStage.stream.content_distributor_wallet),
    choose(provider: string) {
      turnTo(provider);
      // Who did not answer before is tried anew.
      const named = servings.find((each) => isBy(each, provider));
      if (named && !isUsable(answerOf(named, found, terms))) again();
      setQuery({ provider });
    },
  };
}

function usePlaces(content: Content, free: boolean): Places {
  const { open_gateway, chain_id } = useChain();
  return {
    page: new URL(location.href),
    fileUrl: host.fileUrl(content.cid),
    gateUrl: host.gateUrl(content.cid),
    isOpen: open_gateway || free,
    terms: termsOf(content, chain_id),
  };
}

/** Nobody needs to be paid for a free file: the host may give it by itself. */
function hostServing(content: Content, { fileUrl, page }: Places): Serving {
  const { cid, content_id, contract, content_creator_wallet, published_at } = content;
  const nobody = { stream_url: '', content_distributor_wallet: '', registered_at: published_at };
  const stream = { cid, content_id, contract, content_creator_wallet, ...nobody };
  return { stream, sources: sourcesOf('', fileUrl, page) };
}

function accessUrlOf(serving: Serving, found: Findings, terms: Terms): string | undefined {
  const finding = found.get(ownUrl(serving) ?? '');
  return typeof finding === 'object' ? offerFor(finding.offers, serving.stream, terms)?.accessUrl : undefined;
}

function walletOf({ stream }: Serving): string {
  return stream.content_distributor_wallet.toLowerCase();
}

function left(servings: readonly Serving[], lost: readonly string[]): Serving[] {
  return servings.filter((each) => !lost.some((provider) => isBy(each, provider)));
}
