import { RelayRefused, SignatureRefused } from '../contract/calls/call-errors.ts';
import type { CallCheck } from '../contract/calls/call-status.ts';
import type { WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature, MinedCall, Relay, WriteRequest } from '../contract/calls/writer.ts';
import type { RelayPolicy } from './policy.ts';
import { signedSubmission } from './submission.ts';
import type { Submitter } from './submit.ts';

export interface RelayDeps {
  check: CallCheck;
  policy: Pick<RelayPolicy, 'objection'>;
  /** `null` for a host without a key. */
  submitter: Pick<Submitter, 'submitOnce'> | null;
  nowSec(): number;
}

/** A signature that ends sooner might be mined too late, at the operator's expense. */
const ROOM_SEC = 30;
/** Each look but the first means that the chain moved while the call was on its way. */
const MAX_LOOKS = 3;
const RETRY_SEC = 5;

/** Submits what wallets signed, at the operator's expense. */
export function createRelay({ check, policy, submitter, nowSec }: RelayDeps): Relay {
  /** Which call the signature is for, and the signature as the contract takes it. */
  async function signedCall(
    { calls, earlier = [] }: WriteRequest,
    given: CallSignature,
  ): Promise<{ call: WalletCall; signed: CallSignature }> {
    const all = [...calls, ...earlier];
    for (const call of all) {
      const signature = await check.signatureOf(call, given);
      if (signature !== null) return { call, signed: { ...given, signature } };
    }
    const [first] = all;
    if (first === undefined) throw new RangeError('a write has at least one call');
    throw new SignatureRefused({ reason: 'invalid', call: first });
  }

  async function isDone(call: WalletCall, { nonce, deadlineSec }: CallSignature): Promise<boolean> {
    if (await check.isNonceUsed(call, nonce)) {
      if (await check.stands(call)) return true;
      throw new SignatureRefused({ reason: 'used', call });
    }
    const nextBlockSec = Math.max(nowSec(), await check.headTimeSec());
    if (deadlineSec < nextBlockSec + ROOM_SEC) throw new SignatureRefused({ reason: 'expired', call });
    return check.isDone(call);
  }

  function objection(account: string): string | null {
    if (submitter === null) return 'This host has no key to pay gas with.';
    return policy.objection(account);
  }

  async function send(call: WalletCall, signed: CallSignature): Promise<MinedCall | null> {
    const why = objection(signed.beneficiary ?? call.account);
    if (submitter === null || why !== null) {
      throw new RelayRefused(why ?? '', { reason: 'not allowed', call, retryAfterSec: null });
    }
    return await submitter.submitOnce(signedSubmission(call, signed));
  }

  return {
    accepts: (account) => objection(account) === null,
    async submit(request, given) {
      const { call, signed } = await signedCall(request, given);
      for (let looks = 1; looks <= MAX_LOOKS; looks += 1) {
        if (await isDone(call, signed)) return null;
        const mined = await send(call, signed);
        if (mined) return mined;
      }
      const message = 'The nodes of the chain contradict each other on what became of the call.';
      throw new RelayRefused(message, { reason: 'unable', call, retryAfterSec: RETRY_SEC });
    },
  };
}
