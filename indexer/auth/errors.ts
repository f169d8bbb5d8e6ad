import { errorWith } from '../lib/errors.ts';

/** Why a signed message signs nobody in. */
export type SignInFault = 'malformed' | 'domain' | 'chain' | 'nonce' | 'expired' | 'not yet' | 'signature';

/** The message or its signature does not do; trying the same again changes nothing. */
export class SignInRefused extends errorWith<{
  fault: SignInFault;
  /** Who wants to sign in, checksummed, as far as the message could be read. */
  wallet: string | null;
}>() {}

/** The token is no session of this host, or one that is over. */
export class SessionRefused extends errorWith<{ fault: 'invalid' | 'expired' }>(({ fault }) =>
  fault === 'expired' ? 'The session is over.' : 'The token is no session of this host.',
) {}
