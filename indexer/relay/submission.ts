import { SignatureRefused } from '../contract/calls/call-errors.ts';
import type { ContractRevert } from '../contract/calls/revert.ts';
import { type OpenCall, relayedCalldata, type WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature } from '../contract/calls/writer.ts';
import { hostInterface } from '../contract/interface.ts';
import type { SentTransaction } from '../store/book.ts';
import { callOf } from '../txmgr/tx-manager.ts';

/** What the operator's key is to send, and on whose account. */
export interface Submission {
  readonly call: WalletCall | OpenCall;
  /** Calldata, as it is sent. */
  readonly data: string;
  /** Any case. */
  readonly beneficiary: string;
  readonly clientIp: string;
  /**
   * Whether another transaction on its way has to be mined before this one can be judged.
   * @throws where that one leaves nothing for this one
   */
  follows(tx: SentTransaction): boolean;
  /** What a refusal by the contract means: `null` where the chain is to be looked at again. @throws where it is final */
  refused(error: ContractRevert): null;
}

/** A call of a wallet, by its signature. */
export function signedSubmission(call: WalletCall, signed: CallSignature): Submission {
  const { beneficiary = call.account, clientIp, nonce } = signed;
  return {
    ...{ call, beneficiary, clientIp },
    data: relayedCalldata(call, signed),
    follows(tx) {
      if (spends(tx, call, nonce)) throw new SignatureRefused({ reason: 'used', call });
      return false;
    },
    refused(error) {
      if (error.errorName === 'NonceUsed') return null;
      if (error.errorName === 'SignatureExpired') throw new SignatureRefused({ reason: 'expired', call });
      if (error.errorName === 'SignatureInvalid') throw new SignatureRefused({ reason: 'invalid', call });
      throw error;
    },
  };
}

/** Whether a transaction of ours uses this nonce of the account, for whatever call. */
function spends(tx: SentTransaction, { account, contract }: WalletCall, nonce: bigint): boolean {
  const { to, data } = callOf(tx);
  const call = hostInterface.parseTransaction({ data });
  if (!call?.name.endsWith('BySig') || to?.toLowerCase() !== contract.toLowerCase()) return false;
  const whose = call.args.account ?? call.args.channel.viewer;
  return String(whose).toLowerCase() === account.toLowerCase() && call.args.nonce === nonce;
}
