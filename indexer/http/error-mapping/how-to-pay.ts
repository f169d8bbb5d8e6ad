import type { OwnOffer } from '../../playback/offers.ts';
import { paymentRequired } from '../../playback/payment-required.ts';
import type { Context } from '../context.ts';
import type { Code } from '../problems/codes.ts';

export const RETRY_BEHIND_SEC = 2;

/** The header that says it, where anything is to be paid. */
export function howToPay(
  offers: readonly OwnOffer[],
  { error, due }: { error: Code; due?: number | undefined },
  { provider, chain: { chainId }, config: { unconfirmedUnits } }: Context,
): Record<string, string> {
  if (provider === null || offers.length === 0) return {};
  return { 'PAYMENT-REQUIRED': paymentRequired(offers, { provider, chainId, error, unconfirmedUnits, due }) };
}
