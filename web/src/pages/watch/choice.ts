import type { TokenOf } from '../../playback/tokens.ts';
import type { Findings } from '../../player/use-findings.ts';
import type { ValidPayment } from './good-for.ts';
import { isBy, isGated, playsWith, proposed, type ServedStream } from './serving.ts';

/** What opens a video for a viewer: payments, tokens, or a free listing. */
export interface Rights {
  /** By provider, in lower case; `undefined` until the records have answered. */
  payments: ReadonlyMap<string, ValidPayment> | undefined;
  tokenOf: TokenOf;
  /** The listing is free. */
  free: boolean;
}

/** The next step of a viewer at one provider; `nothing`: the video would not play there. */
export type NextStep = 'checking' | 'plays' | 'sign' | 'pay' | 'nothing';

export function nextStepOf(serving: ServedStream, rights: Rights): NextStep {
  const { stream, verdict } = serving;
  const { payments, tokenOf, free } = rights;
  if (tokenOf(stream)) return 'plays';
  if (payments === undefined || verdict === 'checking') return 'checking';
  if (!playsWith(verdict)) return 'nothing';
  const isPaid = isPaidAt(serving, rights);
  if (isGated(verdict)) return isPaid ? 'sign' : 'pay';
  return isPaid || free ? 'plays' : 'pay';
}

/** Whether a payment opens it to the wallet. What vouchers paid is open at a gate to their channel, as long as that is there. */
export function isPaidAt(serving: ServedStream, rights: Pick<Rights, 'payments'>): boolean {
  const paid = paidOf(serving, rights);
  const { verdict } = serving;
  return paid !== undefined && (paid.direct === true || (playsWith(verdict) && !isGated(verdict)));
}

/** What a choice among providers depends on. */
export interface ChoiceOf {
  /** The provider's wallet that the address bar names, or an empty text. */
  namedProvider: string;
  rights: Rights;
  lost: readonly string[];
  found: Findings;
  /** The provider's wallet that the page shows, or an empty text: who answers later does not take its place. */
  shown?: string;
}

/**
 * Chooses the provider that the address bar names; else one that is paid and not known to be away, tokens first; else the
 * proposed one. Lost providers come last.
 */
export function chosenOf(
  servings: readonly ServedStream[],
  { namedProvider, rights, lost, found, shown }: ChoiceOf,
): ServedStream | undefined {
  const left = servings.filter((each) => !lost.some((provider) => isBy(each, provider)));
  const named = left.find((each) => isBy(each, namedProvider));
  if (named && !(paidOf(named, rights) && isAway(named, rights))) return named;
  const opened = left.find(({ stream }) => rights.tokenOf(stream));
  if (opened) return opened;
  const paid = left.filter((each) => paidOf(each, rights) && !isAway(each, rights));
  const latest = paid.toSorted((one, other) => untilMs(other, rights) - untilMs(one, rights))[0];
  return latest ?? proposed(left, found, shown) ?? servings.find((each) => isBy(each, lost.at(-1) ?? ''));
}

/** Whether the provider was tried, and nothing plays there. */
function isAway({ stream, verdict }: ServedStream, { tokenOf }: Rights): boolean {
  return !tokenOf(stream) && verdict !== 'checking' && !playsWith(verdict);
}

/** The provider that was paid or played and is away: the one that broke last, before one that never answered. */
export function awayOf(
  servings: readonly ServedStream[],
  { rights, lost }: Pick<ChoiceOf, 'rights' | 'lost'>,
): ServedStream | undefined {
  return (
    servings.find((each) => isBy(each, lost.at(-1) ?? '')) ??
    servings.find((each) => paidOf(each, rights) && isAway(each, rights))
  );
}

function paidOf({ stream }: ServedStream, { payments }: Pick<Rights, 'payments'>): ValidPayment | undefined {
  return payments?.get(stream.content_distributor_wallet.toLowerCase());
}

function untilMs(serving: ServedStream, rights: Rights): number {
  return paidOf(serving, rights)?.untilMs ?? 0;
}
