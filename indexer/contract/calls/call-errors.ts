import { BaseError, RetryableError } from '../../lib/errors.ts';
import type { WalletCall } from './wallet-calls.ts';

/** The call acts for a wallet that has not signed it. */
export class SignatureRequired extends BaseError {
  /** What the wallet can sign or send; where there are several, each needs a signature of its own. */
  readonly calls: readonly WalletCall[];
  /** Whether this host would submit what is signed. */
  readonly relayed: boolean;
  constructor(calls: readonly WalletCall[], relayed: boolean) {
    super(`This needs the signature of ${calls[0]?.account}, or the transaction from that wallet.`);
    this.calls = calls;
    this.relayed = relayed;
  }
}

const REFUSED = {
  invalid: 'The signature is not one of this wallet over this call, on this chain, for this contract',
  expired: 'The signature is past its deadline, or too close to it to be mined in time',
  used: 'The nonce of the signature is used, and what was signed is not (or no longer) so',
} as const;

/** The signature is not good for the call, so nothing was sent. */
export class SignatureRefused extends BaseError {
  readonly reason: keyof typeof REFUSED;
  /** What is to be signed instead. */
  readonly call: WalletCall;
  constructor(reason: keyof typeof REFUSED, call: WalletCall) {
    super(`${REFUSED[reason]}.`);
    this.reason = reason;
    this.call = call;
  }
}

/** The host does not submit this call, though it is signed; the wallet can send it itself. */
export class RelayRefused extends BaseError {
  /** `unable`: the operator's key can't pay or is busy. */
  readonly reason: 'not allowed' | 'budget spent' | 'unable';
  readonly call: WalletCall;
  /** When the same call may be taken; `null`: not by waiting. */
  readonly retryAfterSec: number | null;
  constructor(
    reason: RelayRefused['reason'],
    message: string,
    {
      call,
      retryAfterSec = null,
      cause,
    }: { call: WalletCall; retryAfterSec?: number | null; cause?: unknown },
  ) {
    super(message, { cause });
    this.reason = reason;
    this.call = call;
    this.retryAfterSec = retryAfterSec;
  }
}

/** The call is submitted, and no block has it yet. The same call again waits for the same transaction. */
export class RelayPending extends RetryableError {
  readonly call: WalletCall;
  readonly txHash: string;
  constructor(call: WalletCall, txHash: string) {
    super(
      `Transaction ${txHash} is sent, but no block holds it yet: send the same call again to wait for it.`,
    );
    this.call = call;
    this.txHash = txHash;
  }
}
