import type { Request } from 'express';
import { SessionRefused } from '../signin/errors.ts';
import type { Session, SignIn, SignInOffer } from '../signin/signin.ts';
import { type Code, problem } from './codes.ts';
import { isoTime } from './present.ts';
import type { HttpProblem } from './problem.ts';

/** Who is signed in, for calls that need a wallet. */
export interface Gate {
  /**
   * @param wallet for whom the call acts, where that is known: an answer of 401 shows it what to sign.
   * @throws {HttpProblem} 401 `sign_in_required`, `session_invalid`, `session_expired`
   */
  session(req: Request, wallet?: string): Promise<Session>;
  /**
   * The session of the wallet for whom the call acts.
   * @param field that names it.
   * @throws {HttpProblem} as `session`; 403 `wallet_mismatch`
   */
  sessionOf(req: Request, wallet: string, field: string): Promise<Session>;
}

export function createGate(signIn: SignIn): Gate {
  async function session(req: Request, wallet: string | null = null): Promise<Session> {
    const token = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      throw unauthorized('sign_in_required', 'This needs a wallet that is signed in.', offer(req, wallet));
    }
    return await signIn.session(token).catch((error: unknown) => {
      if (!(error instanceof SessionRefused)) throw error;
      const code = error.fault === 'expired' ? 'session_expired' : 'session_invalid';
      throw unauthorized(code, error.message, offer(req, wallet), { cause: error });
    });
  }

  const offer = (req: Request, wallet: string | null) => signIn.offer(wallet, req.headers.origin);

  return {
    session,
    async sessionOf(req, wallet, field) {
      const found = await session(req, wallet);
      if (found.wallet !== wallet) throw mismatch(found, wallet, field, offer(req, wallet));
      return found;
    },
  };
}

/** Who is signed in may act for itself only. */
export function mismatch(session: Session, wallet: string, field: string, offer: SignInOffer): HttpProblem {
  const detail = `${session.wallet} is signed in, and this acts for ${wallet}: sign in as that one.`;
  return problem('wallet_mismatch', detail, {
    field,
    example: session.wallet,
    extra: { sign_in: offerFields(offer) },
  });
}

/** 401 with what to sign next. */
export function unauthorized(
  code: Code,
  why: string,
  offer: SignInOffer,
  options?: ErrorOptions,
): HttpProblem {
  const detail = `${why} Sign the message of sign_in, or one of your own with its nonce, and send both to POST /auth/sign-in.`;
  const error = code === 'sign_in_required' ? '' : ', error="invalid_token"';
  return problem(
    code,
    detail,
    {
      extra: { sign_in: offerFields(offer) },
      headers: { 'WWW-Authenticate': `Bearer realm="stream-host"${error}` },
    },
    options,
  );
}

export function offerFields({ nonce, expiresAtSec, origin, chainId, message }: SignInOffer) {
  const domain = new URL(origin).host;
  const version = '1' as const;
  return {
    message,
    nonce,
    expires_at: isoTime(expiresAtSec),
    domain,
    uri: origin,
    version,
    chain_id: chainId,
  };
}
