import { type SignInFault, SignInRefused } from '../../auth/errors.ts';
import type { Context } from '../context.ts';
import { offerFields, unauthorized } from '../middleware/session.ts';
import { type Code, problem } from '../problems/codes.ts';
import { type Route, route } from '../routing/route.ts';
import { nonceQuery, sessionAnswer, signInOffer, signInRequest } from '../schemas/auth.ts';
import { isoTime } from '../serialize/iso-time.ts';

const FAULTS: Record<Exclude<SignInFault, 'malformed'>, Code> = {
  domain: 'domain_mismatch',
  chain: 'chain_mismatch',
  nonce: 'nonce_invalid',
  expired: 'message_expired',
  'not yet': 'message_not_yet_valid',
  signature: 'signature_invalid',
};

/** Sign-In with Ethereum: a message signed by a wallet becomes a session of that wallet. */
export function authRoutes({ signIn, limitUploads }: Context): Route[] {
  const nonce = route('get', '/auth/nonce', {
    tag: 'Sign-in',
    summary: 'What a wallet signs to sign in',
    description:
      'A nonce for one sign-in within ten minutes, and for a wallet that is named the whole message.',
    query: nonceQuery,
    answer: signInOffer,
    handle: ({ query: { wallet = null }, req }) => offerFields(signIn.offer(wallet, req.headers.origin)),
  });
  const enter = route('post', '/auth/sign-in', {
    tag: 'Sign-in',
    summary: 'A session for the wallet that signed the message',
    description:
      'Plain keys and smart wallets (ERC-1271). The session ends with the Expiration Time of the message, if that is sooner than its usual length. An answer of 401 holds a new nonce.',
    body: signInRequest,
    answer: sessionAnswer,
    guards: limitUploads,
    problems: Object.values(FAULTS),
    handle: async ({ body: { message, signature }, req }) => {
      const { token, wallet, expiresAtSec } = await signIn
        .signIn(message, signature)
        .catch((error: unknown) => {
          throw error instanceof SignInRefused ? refused(error, signIn, req.headers.origin) : error;
        });
      return { token, token_type: 'Bearer' as const, wallet, expires_at: isoTime(expiresAtSec) };
    },
  });
  return [nonce, enter];
}

function refused(error: SignInRefused, signIn: Context['signIn'], origin: string | undefined) {
  const offer = signIn.offer(error.wallet, origin);
  if (error.fault !== 'malformed') return unauthorized(FAULTS[error.fault], error.message, offer, error);
  const extra = { sign_in: offerFields(offer) };
  return problem('bad_sign_in_message', error.message, { field: 'message', extra, cause: error });
}
