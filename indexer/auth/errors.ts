import { BaseError } from '../lib/errors.ts';

/** Why a signed message signs nobody in. */
export type SignInFault = 'malformed' | 'domain' | 'chain' | 'nonce' | 'expired' | 'not yet' | 'signature';

/** The message or its signature does not do; trying the same again changes nothing. */
export class SignInRefused extends BaseError {
  readonly fault: SignInFault;
  /** Who wants to sign in, checksummed, as far as the message could be read. */
  readonly wallet: string | null;
  constructor(fault: SignInFault, wallet: string | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
    this.wallet = wallet;
  }
}

/** The token is no session of this host, or one that is over. */
export class SessionRefused extends BaseError {
  readonly fault: 'invalid' | 'expired';
  constructor(fault: SessionRefused['fault'], options?: ErrorOptions) {
    super(fault === 'expired' ? 'The session is over.' : 'The token is no session of this host.', options);
    this.fault = fault;
  }
}
