import { getAddress } from 'ethers';
import type { z } from 'zod';
import {
  RelayPending,
  RelayRefused,
  SignatureRefused,
  SignatureRequired,
} from '../../contract/calls/call-errors.ts';
import { toSign, transactionOf, type WalletCall } from '../../contract/calls/wallet-calls.ts';
import { ContentUnpublished } from '../../publishing/errors.ts';
import type { Context } from '../context.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import type { stepSchema } from '../schemas/fields/signing.ts';
import { termsFields } from '../serialize/serializer.ts';
import { isOfChannel } from './channels.ts';
import { mapping } from './mapping.ts';

type Step = z.input<typeof stepSchema>;

const HOW_ON =
  'Sign `typed_data` and send the same request again with nonce, deadline and signature, or send `transaction`.';

/** Calls that lack a wallet's signature, as problems that say what to sign. */
export const SIGNING_ERRORS = [
  mapping(SignatureRequired, signatureRequired),
  mapping(SignatureRefused, ({ message, reason, call }, context) => {
    const [code, field] = REFUSED[reason];
    return problem(code, message, { field, extra: { ...waysOn(call, context) } });
  }),
  mapping(RelayRefused, relayRefused),
  mapping(RelayPending, ({ message, txHash }) => {
    const extra = { tx_hash: txHash, retry_after_sec: RETRY_PENDING_SEC };
    return problem('relay_pending', message, { extra });
  }),
  mapping(ContentUnpublished, unpublished),
];

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

function waysOn(call: WalletCall, { chain, nowSec }: Context) {
  return toSign(call, chain.chainId, nowSec());
}

function stepOf(call: WalletCall, context: Context): Step {
  return { wallet: getAddress(call.account), ...waysOn(call, context) };
}

function signatureRequired({ message, calls, relayed }: SignatureRequired, context: Context): HttpProblem {
  const steps = calls.map((call) => stepOf(call, context));
  const [first] = steps;
  const several = steps.length > 1 && { steps };
  const ways = first && { typed_data: first.typed_data, transaction: first.transaction };
  return problem('signature_required', `${message} ${HOW_ON}`, {
    field: 'signature',
    extra: { ...ways, ...several, relayed },
  });
}

function relayRefused({ message, reason, call, retryAfterSec }: RelayRefused, context: Context): HttpProblem {
  const transaction = transactionOf(call, context.chain.chainId);
  const again = retryAfterSec !== null && { retry_after_sec: retryAfterSec };
  const detail = `${message} The wallet can send the transaction itself.`;
  const code = reason === 'budget spent' && isOfChannel(call) ? 'relay_budget' : RELAY_CODES[reason];
  return problem(code, detail, { extra: { transaction, ...again } });
}

async function unpublished({ message, calls }: ContentUnpublished, context: Context): Promise<HttpProblem> {
  const [publish, serve] = calls;
  const body = await publicationOf(publish, context);
  const steps: Step[] = [
    { ...stepOf(publish, context), request: { method: 'POST', path: '/contents', body } },
    { ...stepOf(serve, context), request: { method: 'POST', path: '/register' } },
  ];
  return problem('content_unpublished', message, { field: 'cid', extra: { steps } });
}

/** What publishes it by `POST /contents`, but for the signature. */
async function publicationOf({ account, args }: ContentUnpublished['calls'][0], { tokens }: Context) {
  const { cid, name, token, unit } = args;
  return {
    cid,
    video_name: name,
    content_creator_wallet: account,
    terms: { ...termsFields(args, await tokens.describe(token)), token: getAddress(token), unit },
  };
}
