import { errorWith } from '../../lib/errors.ts';
import type { OpenCall, WalletCall } from './wallet-calls.ts';

/** The call acts for a wallet that has not signed it. */
export class SignatureRequired extends errorWith<{
  /** What the wallet can sign or send; where there are several, each needs a signature of its own. */
  calls: readonly WalletCall[];
  /** Whether this host would submit what is signed. */
  relayed: boolean;
}>(({ calls }) => `This needs the signature of ${calls[0]?.account}, or the transaction from that wallet.`) {}

const REFUSED = {
  invalid: 'The signature is not one of this wallet over this call, on this chain, for this contract',
  expired: 'The signature is past its deadline, or too close to it to be mined in time',
  used: 'The nonce of the signature is used, and what was signed is not (or no longer) so',
} as const;

/** The signature is not good for the call, so nothing was sent. */
export class SignatureRefused extends errorWith<{
  reason: keyof typeof REFUSED;
  /** What is to be signed instead. */
  call: WalletCall;
}>(({ reason }) => `${REFUSED[reason]}.`) {}

/** The host does not submit this call, though it is signed; the wallet can send it itself. */
export class RelayRefused extends errorWith<{
  /** `unable`: the operator's key can't pay or is busy. */
  reason: 'not allowed' | 'budget spent' | 'unable';
  call: WalletCall | OpenCall;
  /** When the same call may be taken; `null`: not by waiting. */
  retryAfterSec: number | null;
}>() {}

/** The call is submitted, and no block has it yet. The same call again waits for the same transaction. */
export class RelayPending extends errorWith<{
  call: WalletCall | OpenCall;
  txHash: string;
}>(
  ({ txHash }) =>
    `Transaction ${txHash} is sent, but no block holds it yet: send the same call again to wait for it.`,
) {
  override readonly retryable = true;
}
