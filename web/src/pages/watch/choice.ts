import type { Stream } from '../../api/answers.ts';
import type { TokenOf } from '../../playback/tokens.ts';
import type { ValidPayment } from './good-for.ts';
import { isBy, isGated, playsWith, type Serving, type Verdict } from './serving.ts';

/** What a viewer has that opens something. */
export interface Rights {
  /** By provider, in lower case; `undefined` while the records have not said. */
  payments: ReadonlyMap<string, ValidPayment> | undefined;
  tokenOf: TokenOf;
  /** Nobody needs to pay for it. */
  free: boolean;
}

/** What stands between a viewer and the video at one provider; `nothing`: it would not play there. */
export type NextStep = 'checking' | 'plays' | 'sign' | 'pay' | 'nothing';

export function nextStepOf(stream: Stream, verdict: Verdict, { payments, tokenOf, free }: Rights): NextStep {
  if (tokenOf(stream)) return 'plays';
  if (payments === undefined || verdict === 'checking') return 'checking';
  if (!playsWith(verdict)) return 'nothing';
  const paid = payments.get(stream.content_distributor_wallet.toLowerCase());
  if (isGated(verdict)) return paid?.direct ? 'sign' : 'pay';
  return paid || free ? 'plays' : 'pay';
}

/** What a choice among providers depends on. */
export interface ChoiceOf {
  /** The provider's wallet that the address bar names, or an empty text. */
  wanted: string;
  rights: Rights;
  lost: readonly string[];
  verdictBy: (serving: Serving) => Verdict;
  /** Who of several is proposed where nothing is paid. */
  proposedOf: (servings: readonly Serving[]) => Serving | undefined;
}

/**
 * Whom the person has named, else who is paid already and not known to be away, who needs no signature first; else who is
 * proposed. Nobody who was lost, unless all were.
 */
export function chosenOf(
  servings: readonly Serving[],
  { wanted, rights, lost, verdictBy, proposedOf }: ChoiceOf,
): Serving | undefined {
  const left = servings.filter((each) => !lost.some((provider) => isBy(each, provider)));
  const named = left.find((each) => isBy(each, wanted));
  if (named && !(paidOf(named, rights) && isAway(named, rights, verdictBy))) return named;
  const opened = left.find(({ stream }) => rights.tokenOf(stream));
  if (opened) return opened;
  const paid = left.filter((each) => paidOf(each, rights) && !isAway(each, rights, verdictBy));
  const latest = paid.toSorted((one, other) => untilMs(other, rights) - untilMs(one, rights))[0];
  return latest ?? proposedOf(left) ?? servings.find((each) => isBy(each, lost.at(-1) ?? ''));
}

/** Nothing plays there, as far as it was tried. */
function isAway(serving: Serving, { tokenOf }: Rights, verdictBy: ChoiceOf['verdictBy']): boolean {
  if (tokenOf(serving.stream)) return false;
  const verdict = verdictBy(serving);
  return verdict !== 'checking' && !playsWith(verdict);
}

/** Who was paid and is away, in place of whom another is chosen: who broke last, before who was never there. */
export function awayOf(
  servings: readonly Serving[],
  { rights, lost, verdictBy }: Pick<ChoiceOf, 'rights' | 'lost' | 'verdictBy'>,
): Serving | undefined {
  return (
    servings.find((each) => isBy(each, lost.at(-1) ?? '')) ??
    servings.find((each) => paidOf(each, rights) && isAway(each, rights, verdictBy))
  );
}

function paidOf({ stream }: Serving, { payments }: Rights): ValidPayment | undefined {
  return payments?.get(stream.content_distributor_wallet.toLowerCase());
}

function untilMs(serving: Serving, rights: Rights): number {
  return paidOf(serving, rights)?.untilMs ?? 0;
}
