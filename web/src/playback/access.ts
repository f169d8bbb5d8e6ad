import { z } from 'zod/mini';
import type { Stream } from '../api/answers.ts';
import { HostRefused, HostUnreachable } from '../api/errors.ts';
import { parseAnswer } from '../api/parse-answer.ts';
import { ProviderNotUnderstood, ProviderUnreachable } from '../contract/errors.ts';
import { domainOf, field, type TypedCall } from '../contract/signing.ts';
import { hexOf } from '../lib/hex.ts';
import { retry } from '../lib/retry.ts';
import { hasSameOrigin } from './terms.ts';

const playGrant = z.object({
  token: z.string().check(z.regex(/^[\w-]{22}$/)),
  until_sec: z.number(),
  /** All tokens share the little that a browser stores: nobody fills it up for the others. */
  play_url: z.string().check(z.maxLength(2_048)),
});
/** A token that opens a content at one provider until `until_sec` (Unix time), for whoever holds it. */
export type PlayGrant = z.infer<typeof playGrant>;

/** The values of a signed `Access`: the account that has paid, and where it wants to watch. */
export interface AccessClaim {
  account: string;
  provider: string;
  /** Origin of the registered stream. */
  audience: string;
  contentId: string;
  /** 32 bytes in hex, used once. */
  nonce: string;
  expiresAtSec: number;
}

/** Gates take five minutes at most; one less is room for a clock that is ahead. */
const GOOD_FOR_SEC = 240;

/** @param expiresAtSec the gate's own expiry, from `endByGate`. */
export function accessClaim(
  stream: Stream,
  account: string,
  nowMs: number,
  expiresAtSec = Math.floor(nowMs / 1000) + GOOD_FOR_SEC,
): AccessClaim {
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  return {
    account,
    provider: stream.content_distributor_wallet,
    audience: new URL(stream.stream_url).origin,
    contentId: stream.content_id,
    nonce: hexOf(nonce),
    expiresAtSec,
  };
}

const FIELDS = [
  'address account',
  'address provider',
  'string audience',
  'bytes32 contentId',
  'bytes32 nonce',
  'uint64 expiresAtSec',
];

/** The typed data of an `Access`, made here: a wallet signs nothing that a provider's server has written. */
export function typedAccess(claim: AccessClaim, where: { chainId: number; contract: string }): TypedCall {
  return { domain: domainOf(where), types: { Access: FIELDS.map(field) }, message: { ...claim } };
}

const TIMEOUT_MS = 30_000;
const RETRY_MS = 1_000;
const DEADLINE_MS = 90_000;

/**
 * Asks a gate for a token; repeatedly after a fresh payment, which its records may not show yet.
 * @param isFresh the payment was made a moment ago.
 * @throws {HostRefused}, {ProviderUnreachable}, {ProviderNotUnderstood}
 */
export async function requestAccess(
  accessUrl: string,
  stream: Stream,
  { claim, signature, isFresh }: { claim: AccessClaim; signature: string; isFresh: boolean },
): Promise<PlayGrant> {
  const body = { ...fieldsOf(claim), signature, contract: stream.contract };
  const isRetryable = (error: unknown) => isWorthWaiting(error, isFresh);
  const options = { isRetryable, pauseMs: RETRY_MS, timeoutMs: DEADLINE_MS };
  const grant = await retry(() => post(accessUrl, body), options);
  if (hasSameOrigin(grant.play_url, stream.stream_url)) return grant;
  throw new ProviderNotUnderstood('The provider would play it from somebody else.');
}

const clockIsOff = z.object({
  code: z.literal('access_invalid'),
  field: z.literal('expires_at_sec'),
  example: z.int().check(z.positive()),
});

/**
 * The expiry that a gate accepts, where it has refused another because one of the clocks is off; else `null`. The
 * signature is of use at that gate alone, so the gate may choose its expiry.
 */
export function endByGate(error: unknown): number | null {
  const answer = error instanceof HostRefused ? clockIsOff.safeParse(error.body) : null;
  return answer?.success ? answer.data.example : null;
}

function fieldsOf({ account, provider, audience, contentId, nonce, expiresAtSec }: AccessClaim) {
  return { account, provider, audience, content_id: contentId, nonce, expires_at_sec: expiresAtSec };
}

function isWorthWaiting(error: unknown, isFresh: boolean): boolean {
  if (!(error instanceof HostRefused)) return false;
  const { code } = error.problem;
  return code === 'mirror_behind' || (isFresh && code === 'payment_required');
}

async function post(url: string, body: object): Promise<PlayGrant> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    // A redirect could lead anywhere, and the provider needs no cookies or referrer.
    ...{ credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' },
  }).catch((cause: unknown) => {
    throw new ProviderUnreachable('The provider does not answer.', { cause });
  });
  const text = await response.text();
  try {
    return parseAnswer(response.status, text, playGrant);
  } catch (cause) {
    if (cause instanceof HostRefused) throw cause;
    const message = 'The provider answers something that makes no sense.';
    if (cause instanceof HostUnreachable) throw new ProviderUnreachable(message, { cause });
    throw new ProviderNotUnderstood(message, { cause });
  }
}
