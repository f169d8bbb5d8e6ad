import type { KeyGrants } from '../../api/answers.ts';
import { domainOf, field, type TypedCall } from '../../contract/signing.ts';
import { checksummed } from '../../wallet/checksum.ts';

/** That a creator lends a provider the keys of a content, until `expiresAtSec` (Unix time). */
export interface KeyGrant {
  contentId: string;
  provider: string;
  expiresAtSec: number;
}

const DAY_SEC = 86_400;

/** For how long; the first is what `npm run grant` takes where nobody says. */
export const PERIODS = [
  ['365', 'A year', 'the usual'],
  ['30', '30 days', 'a trial'],
] as const;
export type Period = (typeof PERIODS)[number][0];

export function endOf(days: Period, nowMs: number): number {
  return Math.floor(nowMs / 1000) + Number(days) * DAY_SEC;
}

const FIELDS = ['bytes32 contentId', 'address provider', 'uint64 expiresAtSec'];

/** The typed data of a grant, made here: a wallet signs what the page shows. */
export function typedKeyGrant(grant: KeyGrant, where: { chainId: number; contract: string }): TypedCall {
  return { domain: domainOf(where), types: { KeyGrant: FIELDS.map(field) }, message: { ...grant } };
}

/** The address that somebody has typed; `undefined` where it is none, or its letters' case shows a slip. */
export function providerIn(typed: string): string | undefined {
  const text = typed.trim();
  if (!/^0x[0-9a-fA-F]{40}$/.test(text) || /^0x0+$/.test(text)) return undefined;
  try {
    return checksummed(text);
  } catch {
    return undefined;
  }
}

/** Whether a provider has yet to fetch what it was granted. */
export function isStillToBeHad(
  { given_at_sec, expires_at_sec }: Pick<KeyGrants['grants'][number], 'given_at_sec' | 'expires_at_sec'>,
  nowMs: number,
): boolean {
  return given_at_sec === null && expires_at_sec * 1000 > nowMs;
}

const PLACES_SHOWN = 3;

/** The hosts at which somebody serves; a few of them. */
export function placesOf(streams: readonly { stream_url: string }[]): string[] {
  const origins = streams.flatMap(({ stream_url }) => URL.parse(stream_url)?.origin ?? []);
  return [...new Set(origins)].filter((origin) => origin !== 'null').slice(0, PLACES_SHOWN);
}
