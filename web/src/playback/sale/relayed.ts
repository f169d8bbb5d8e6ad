import type { ChainFacts } from '../../api/answers.ts';
import { RELAY_REFUSALS } from '../../contract/until-known.ts';
import { sameHex } from '../../lib/same-hex.ts';

/** Whose deposit in which coin, at which deployment. */
interface DepositPlace {
  contract: string;
  provider: string;
  token: string;
}

/**
 * From how many base units on the host sends a deposit that the wallet has only signed, and pays its gas; `null` where
 * it never does: for other providers, in the native coin, and in coins that its operator has not named.
 */
export function relayedFrom(
  { relayed_deposits = [], provider_wallet, contract: current }: ChainFacts,
  { contract, provider, token }: DepositPlace,
): bigint | null {
  const isOwn = sameHex(contract, current) && sameHex(provider, provider_wallet ?? '');
  const least = relayed_deposits.find((each) => sameHex(each.token, token));
  return isOwn && least ? BigInt(least.min_base_units) : null;
}

/** Whether the host gives a deposit back at once, asked by its key: one with its own provider, in a coin that it does so for. */
export function isReleased(
  { released_coins = [], provider_wallet }: ChainFacts,
  { provider, token }: Pick<DepositPlace, 'provider' | 'token'>,
): boolean {
  const isOwn = sameHex(provider, provider_wallet ?? '');
  return isOwn && released_coins.some((coin) => sameHex(coin, token));
}

/** Whether the host does not pay the gas after all: nothing was sent, so the wallet can. */
export function isRelayRefusal(error: unknown): boolean {
  return error instanceof Error && RELAY_REFUSALS.includes((error as Error & { problem?: unknown }).problem);
}

/** Whether asking the host again, in the same way, would be in vain. */
export function isRefusedForGood(error: unknown): boolean {
  return isRelayRefusal(error) || Object(error).retryable === false;
}
