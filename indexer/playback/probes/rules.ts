// Pure: what a look at a stream has to find, and what it comes to.

import { fieldsIn, fromBase64 } from '../../../client/http.ts';
import { termsInForce } from '../../contract/effective-terms.ts';
import type { ProbeState } from '../../store/book/stream-health.ts';
import type { ContentRow, Delegation } from '../../store/store.ts';

/** Codes for programs; they may be added, never renamed. */
export const REASONS = [
  // Wrong: not what the CID names.
  'block_differs',
  'content_differs',
  'playlist_early',
  'playlist_differs',
  'init_differs',
  'bytes_differ',
  'key_differs',
  'key_proven',
  // Wrong: not what the chain says.
  'offer_missing',
  'offer_differs',
  'price_differs',
  // Silent.
  'unreachable',
  'timed_out',
  'redirects',
  'too_large',
  'busy',
  'refused',
  'file_missing',
  'not_offered',
  // Unchecked.
  'not_verifiable',
  'not_public',
  'own',
] as const;
export type Reason = (typeof REASONS)[number];

export const CHECKS = [
  ...(['answer', 'blocks', 'content.json', 'playlist', 'init segment'] as const),
  ...(['bytes', 'offer', 'key'] as const),
] as const;

/** What one check has found. */
export interface Finding {
  check: (typeof CHECKS)[number];
  result: 'right' | 'wrong' | 'silent' | 'skipped';
  reason: Reason | null;
  /** For people. */
  detail: string;
}

/** What all findings come to: the worst of them. */
export function verdictOf(findings: readonly Finding[]): { state: ProbeState; reason: Reason | null } {
  const found = (result: Finding['result']) => findings.find((each) => each.result === result);
  const wrong = found('wrong');
  if (wrong) return { state: 'wrong', reason: wrong.reason };
  const silent = found('silent');
  if (silent) return { state: 'silent', reason: silent.reason };
  // That somebody answers says nothing about what.
  if (findings.some(({ check, result }) => result === 'right' && check !== 'answer'))
    return { state: 'ok', reason: null };
  return { state: 'unchecked', reason: found('skipped')?.reason ?? 'not_verifiable' };
}

/** Whose demand it has to be, as the chain has it. */
export interface Demanded extends Pick<ContentRow, 'contract' | 'contentId' | 'token'> {
  chainId: number;
  provider: string;
  /** Base units of a unit, any of them. */
  prices: readonly bigint[];
}

/** A price that was quoted is taken for a while, and clocks differ. */
const AROUND_SEC = 600;

/** What a unit may cost about now, and whether it may be retired. */
export function termsAbout(
  listing: Parameters<typeof termsInForce>[0],
  nowSec: number,
): { prices: bigint[]; mayBeRetired: boolean } {
  const about = [nowSec - AROUND_SEC, nowSec, nowSec + AROUND_SEC].map((sec) => termsInForce(listing, sec));
  const prices = [...new Set(about.map(({ pricePerUnit }) => pricePerUnit))];
  return { prices, mayBeRetired: about.some(({ retired }) => retired) };
}

/** Servers send headers of 8 to 16 kB at most. */
const MAX_LENGTH = 16_384;
const WHOLE_NUMBER = /^(0|[1-9]\d{0,77})$/;

/**
 * What is wrong with a `PAYMENT-REQUIRED` header (x402, version 2); `null`: it has the listing, and each way of paying for it is as the
 * chain has it. Of other listings it may say what it likes: who comes for this one does not pay them. At another deployment the same
 * content has the same id.
 */
export function demandFault(header: string | null, demanded: Demanded): Reason | null {
  const { x402Version, accepts } =
    header === null || header.length > MAX_LENGTH ? {} : fieldsIn(fromBase64(header));
  if (x402Version !== 2 || !Array.isArray(accepts)) return 'offer_missing';
  const ours = accepts
    .map((each) => ({ ...Object(each), extra: Object(Object(each).extra) }) as Way)
    .filter(
      ({ extra }) => isSame(extra.contentId, demanded.contentId) && isSame(extra.contract, demanded.contract),
    );
  if (ours.length === 0) return 'offer_missing';
  const faults = ours.map((way) => wayFault(way, demanded));
  return faults.find((fault) => fault !== null) ?? null;
}

interface Way extends Record<string, unknown> {
  extra: Record<string, unknown>;
}

function wayFault({ network, asset, payTo, amount, extra }: Way, demanded: Demanded): Reason | null {
  const { chainId, contract, provider, token, prices } = demanded;
  // Money goes to the contract, never to anybody else.
  const isRight =
    network === `eip155:${chainId}` &&
    isSame(asset, token) &&
    isSame(payTo, contract) &&
    isSame(extra.provider, provider);
  if (!isRight) return 'offer_differs';
  const { unitPrice, due } = extra;
  if (![unitPrice, due, amount].every((each) => WHOLE_NUMBER.test(String(each)))) return 'offer_differs';
  if (!prices.includes(BigInt(String(unitPrice)))) return 'price_differs';
  const isSum = BigInt(String(amount)) === BigInt(String(unitPrice)) * BigInt(String(due));
  return isSum && String(due) === '1' ? null : 'price_differs';
}

function isSame(given: unknown, right: string): boolean {
  return typeof given === 'string' && given.toLowerCase() === right.toLowerCase();
}

/** A silent stream is looked at again sooner: it may have been restarted. */
const SILENT_SOONER = 4;

/**
 * When a stream is looked at again: about once in `everySec`, so that nobody knows when.
 * @param random from 0 to 1
 */
export function nextLookSec(state: ProbeState, everySec: number, random: number): number {
  const pause = state === 'silent' ? everySec / SILENT_SOONER : everySec;
  return Math.round(pause * (0.5 + random));
}

/** A host asks the chain about its delegate no more often than each minute, and clocks differ. */
const SLACK_SEC = 120;

/** Whether a key could sign in the provider's place then, lower case. */
export function couldSign(
  key: string,
  { provider, delegations, atSec }: { provider: string; delegations: readonly Delegation[]; atSec: number },
): boolean {
  if (key === provider) return true;
  return delegations.some(({ delegate, sinceSec }, nth) => {
    const untilSec = delegations[nth + 1]?.sinceSec ?? Number.POSITIVE_INFINITY;
    return delegate === key && sinceSec <= atSec + SLACK_SEC && atSec - SLACK_SEC < untilSec;
  });
}
