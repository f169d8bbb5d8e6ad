import type { Request, RequestHandler } from 'express';
import { SessionRefused } from '../../auth/errors.ts';
import type { Session, SignIn, SignInOffer } from '../../auth/sign-in.ts';
import { type Code, problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { isoTime } from '../serialize/iso-time.ts';

/** Who is signed in, for calls that need a wallet. */
export interface Gate {
  /**
   * @param wallet for whom the call acts, where that is known: an answer of 401 shows it what to sign.
   * @throws {HttpProblem} 401 `sign_in_required`, `session_invalid`, `session_expired`
   */
  session(req: Request, wallet?: string): Promise<Session>;
  /**
   * Who is signed in may act for itself only.
   * @param field that names the wallet.
   * @throws {HttpProblem} 403 `wallet_mismatch`
   */
  requireOwn(req: Request, session: Session, wallet: string, field: string): void;
  /** Both at once. @throws {HttpProblem} as both */
  sessionOf(req: Request, wallet: string, field: string): Promise<Session>;
}

/** Notes in `res.locals.wallet` who is signed in, for what counts by wallet; whether anybody has to be is not asked. */
export function knownWallet(signIn: SignIn): RequestHandler {
  return async (req, res, next) => {
    const token = bearerToken(req);
    const session = token === undefined ? null : await signIn.session(token).catch(() => null);
    if (session !== null) res.locals.wallet = session.wallet;
    next();
  };
}

export function createGate(signIn: SignIn): Gate {
  const offer = (req: Request, wallet: string | null) => signIn.offer(wallet, req.headers.origin);

  async function session(req: Request, wallet: string | null = null): Promise<Session> {
    const token = bearerToken(req);
    if (token === undefined) {
      throw unauthorized('sign_in_required', 'This needs a wallet that is signed in.', offer(req, wallet));
    }
    return await signIn.session(token).catch((error: unknown) => {
      if (!(error instanceof SessionRefused)) throw error;
      const code = error.fault === 'expired' ? 'session_expired' : 'session_invalid';
      throw unauthorized(code, error.message, offer(req, wallet), error);
    });
  }

  function requireOwn(req: Request, own: Session, wallet: string, field: string): void {
    if (own.wallet === wallet) return;
    const detail = `${own.wallet} is signed in, and this acts for ${wallet}: sign in as that one.`;
    const extra = { sign_in: offerFields(offer(req, wallet)) };
    throw problem('wallet_mismatch', detail, { field, example: own.wallet, extra });
  }

  return {
    session,
    requireOwn,
    async sessionOf(req, wallet, field) {
      const own = await session(req, wallet);
      requireOwn(req, own, wallet, field);
      return own;
    },
  };
}

/** What stands behind `Authorization: Bearer`. */
export function bearerToken({ headers }: Pick<Request, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** 401 with what to sign next. */
export function unauthorized(code: Code, why: string, offer: SignInOffer, cause?: unknown): HttpProblem {
  const detail = `${why} Sign the message of sign_in, or one of your own with its nonce, and send both to POST /auth/sign-in.`;
  const error = code === 'sign_in_required' ? '' : ', error="invalid_token"';
  const headers = { 'WWW-Authenticate': `Bearer realm="stream-host"${error}` };
  return problem(code, detail, { extra: { sign_in: offerFields(offer) }, headers, cause });
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
