import { getAddress } from 'ethers';
import type { z } from 'zod';
import {
  RelayPending,
  RelayRefused,
  SignatureRefused,
  SignatureRequired,
} from '../../contract/calls/call-errors.ts';
import { toSign, type WalletCall } from '../../contract/calls/wallet-calls.ts';
import { ContentUnpublished } from '../../publishing/errors.ts';
import type { AppDeps } from '../deps.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import type { stepSchema } from '../schemas/fields/signing.ts';
import { decimal, percent } from '../serialize/serializer.ts';

type Signing = Pick<AppDeps, 'chain' | 'tokens' | 'nowSec'>;
type Step = z.input<typeof stepSchema>;

const HOW_ON =
  'Sign `typed_data` and send the same request again with nonce, deadline and signature, or send `transaction`.';

/** Calls that lack a wallet's signature, as problems that say what to sign; undefined for any other error. */
export async function signingProblem(error: unknown, deps: Signing): Promise<HttpProblem | undefined> {
  if (error instanceof SignatureRequired) return signatureRequired(error, deps);
  if (error instanceof SignatureRefused) {
    const [code, field] = REFUSED[error.reason];
    return problem(code, error.message, { field, extra: { ...waysOn(error.call, deps) } });
  }
  if (error instanceof RelayRefused) return relayRefused(error, deps);
  if (error instanceof RelayPending) {
    const extra = { tx_hash: error.txHash, retry_after_sec: RETRY_PENDING_SEC };
    return problem('relay_pending', error.message, { extra });
  }
  if (error instanceof ContentUnpublished) return await unpublished(error, deps);
  return undefined;
}

const REFUSED: Record<SignatureRefused['reason'], [Code, field: string]> = {
  invalid: ['signature_invalid', 'signature'],
  expired: ['signature_expired', 'deadline'],
  used: ['nonce_used', 'nonce'],
};
const RELAY_CODES: Record<RelayRefused['reason'], Code> = {
  'not allowed': 'relay_not_allowed',
  'budget spent': 'relay_budget_spent',
  unable: 'relay_unavailable',
};
const RETRY_PENDING_SEC = 5;

function waysOn(call: WalletCall, { chain, nowSec }: Signing) {
  return toSign(call, chain.chainId, nowSec());
}

function stepOf(call: WalletCall, deps: Signing): Step {
  return { wallet: getAddress(call.account), ...waysOn(call, deps) };
}

function signatureRequired({ message, calls, relayed }: SignatureRequired, deps: Signing): HttpProblem {
  const steps = calls.map((call) => stepOf(call, deps));
  const [first] = steps;
  const several = steps.length > 1 && { steps };
  const ways = first && { typed_data: first.typed_data, transaction: first.transaction };
  return problem('signature_required', `${message} ${HOW_ON}`, {
    field: 'signature',
    extra: { ...ways, ...several, relayed },
  });
}

function relayRefused({ message, reason, call, retryAfterSec }: RelayRefused, deps: Signing): HttpProblem {
  const { transaction } = waysOn(call, deps);
  const again = retryAfterSec !== null && { retry_after_sec: retryAfterSec };
  const detail = `${message} The wallet can send the transaction itself.`;
  return problem(RELAY_CODES[reason], detail, { extra: { transaction, ...again } });
}

async function unpublished({ message, calls }: ContentUnpublished, deps: Signing): Promise<HttpProblem> {
  const [publish, serve] = calls;
  const body = await publicationOf(publish, deps);
  const steps: Step[] = [
    { ...stepOf(publish, deps), request: { method: 'POST', path: '/contents', body } },
    { ...stepOf(serve, deps), request: { method: 'POST', path: '/register' } },
  ];
  return problem('content_unpublished', message, { field: 'cid', extra: { steps } });
}

/** What publishes it by `POST /contents`, but for the signature. */
async function publicationOf({ account, args }: ContentUnpublished['calls'][0], { tokens }: Signing) {
  const { cid, name, token, pricePerUnit, providerShareBps, unit } = args;
  return {
    cid,
    video_name: name,
    content_creator_wallet: account,
    terms: {
      creator_share: percent(10_000 - providerShareBps),
      provider_share: percent(providerShareBps),
      price: decimal(pricePerUnit, await tokens.describe(token)),
      token: getAddress(token),
      unit,
    },
  };
}
