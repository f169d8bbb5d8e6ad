import { hkdfSync } from 'node:crypto';
import { hashMessage } from 'ethers';
import type { SignatureCheck } from '../contract/signatures.ts';
import type { Counters } from '../counters/counters.ts';
import type { SignIns } from '../store/book.ts';
import { SignInRefused } from './errors.ts';
import { readSignInMessage, type SignInMessage, type Site, signInMessage } from './message.ts';
import { createNonces, NONCE_SEC } from './nonces.ts';
import { createSessions, type Session } from './sessions.ts';

export type { Session } from './sessions.ts';

/** What a wallet signs to sign in. */
export interface SignInOffer {
  nonce: string;
  /** Until when the nonce is good. */
  expiresAtSec: number;
  /** Origin that the message is for. */
  origin: string;
  chainId: number;
  /** Ready to sign; `null` where it is not known who wants to sign in. */
  message: string | null;
}

/** Sign-In with Ethereum (EIP-4361), for plain keys and for smart wallets (ERC-1271). */
export interface SignIn {
  /** @param origin of the page that asks: taken if people may sign in there, else the host's own. */
  offer(wallet: string | null, origin?: string): SignInOffer;
  /** @throws {SignInRefused}; {RpcError} when the chain can't be asked about a smart wallet. */
  signIn(message: string, signature: string): Promise<Session & { token: string }>;
  /** @throws {SessionRefused} */
  session(token: string): Promise<Session>;
}

export interface SignInDeps extends Site {
  /** Of at least 32 characters; whoever has it can sign in as anybody. */
  secret: string;
  /** How long a session lasts, unless the message ends sooner. */
  sessionSec: number;
  book: SignIns;
  counters: Pick<Counters, 'claim'>;
  checkSignature: SignatureCheck;
  nowSec(): number;
}

/** How far the clock of the wallet's page may be from ours. */
const CLOCK_SKEW_SEC = 300;

export function createSignIn(deps: SignInDeps): SignIn {
  const { secret, sessionSec, checkSignature, nowSec, chainId, origins } = deps;
  const [ownOrigin = ''] = origins;
  const nonces = createNonces({ ...deps, key: keyFor('sign-in nonce', secret) });
  const sessions = createSessions({ chainId, key: keyFor('session token', secret) });

  return {
    offer(wallet, asked = ownOrigin) {
      const issuedAtSec = nowSec();
      const { nonce, expiresAtSec } = nonces.issue(issuedAtSec);
      const origin = origins.includes(asked) ? asked : ownOrigin;
      const until = issuedAtSec + sessionSec;
      const message =
        wallet === null
          ? null
          : signInMessage(deps, { origin, wallet, nonce, issuedAtSec, expiresAtSec: until });
      return { nonce, expiresAtSec, origin, chainId, message };
    },

    async signIn(text, signature) {
      const now = nowSec();
      const message = readSignInMessage(deps, text);
      const { wallet, nonce } = message;
      const goodUntilSec = nonces.goodUntil(nonce, now);
      if (goodUntilSec === null) throw nonceRefused(wallet);
      requireTime(message, goodUntilSec - NONCE_SEC, now);
      if ((await checkSignature(wallet, hashMessage(text), signature)) === null) {
        throw new SignInRefused(`This is not the signature of ${wallet} over the message.`, {
          fault: 'signature',
          wallet,
        });
      }
      // Last, so that nobody but the wallet can use up its nonce.
      if (!(await nonces.spend(nonce, goodUntilSec, now))) throw nonceRefused(wallet);
      const expiresAtSec = Math.min(now + sessionSec, message.expiresAtSec ?? Number.POSITIVE_INFINITY);
      return { wallet, expiresAtSec, token: await sessions.issue({ wallet, expiresAtSec }, now) };
    },

    session: (token) => sessions.read(token, nowSec()),
  };
}

/** @throws {SignInRefused} `expired` or `not yet` */
function requireTime(message: SignInMessage, nonceIssuedAtSec: number, nowSec: number): void {
  const { wallet, issuedAtSec, expiresAtSec, notBeforeSec } = message;
  const refuse = (fault: 'expired' | 'not yet', why: string) => new SignInRefused(why, { fault, wallet });
  if (expiresAtSec !== null && expiresAtSec <= nowSec)
    throw refuse('expired', 'The Expiration Time of the message is over.');
  if (issuedAtSec < nonceIssuedAtSec - CLOCK_SKEW_SEC)
    throw refuse('expired', 'By its Issued At the message is older than its nonce.');
  if (notBeforeSec > nowSec) throw refuse('not yet', 'The Not Before of the message is still to come.');
  if (issuedAtSec > nowSec + CLOCK_SKEW_SEC)
    throw refuse('not yet', 'The Issued At of the message lies in the future.');
}

function nonceRefused(wallet: string): SignInRefused {
  return new SignInRefused('The nonce is not one of this host, or is over, or has been used.', {
    fault: 'nonce',
    wallet,
  });
}

/** Keys of their own, so that a nonce is never a token's signature. */
function keyFor(purpose: string, secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `stream-host ${purpose}`, 32));
}
