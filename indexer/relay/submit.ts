import type { TransactionReceipt } from 'ethers';
import { RelayPending, RelayRefused, SignatureRefused } from '../contract/calls/call-errors.ts';
import type { CallCheck } from '../contract/calls/call-status.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import { relayedCalldata, type WalletCall } from '../contract/calls/wallet-calls.ts';
import type { CallSignature, MinedCall } from '../contract/calls/writer.ts';
import { hostInterface } from '../contract/interface.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import type { SentTransaction } from '../store/store.ts';
import { PoolBusy } from '../txmgr/blob-tx.ts';
import { isRefusal } from '../txmgr/broadcast.ts';
import { Replaced, type SentCall } from '../txmgr/confirmation.ts';
import type { Confirmer } from '../txmgr/confirmer.ts';
import { KeyBusy } from '../txmgr/key-lock.ts';
import { callOf, isSameCall, type TxManager, withRoom } from '../txmgr/tx-manager.ts';
import type { TxCall } from '../txmgr/types.ts';
import type { RelayPolicy, Reservation } from './policy.ts';

/** Marks relayed calls in the records. */
export const RELAY = 'relay';

export interface SubmitterDeps {
  check: Pick<CallCheck, 'gasOf'>;
  policy: Pick<RelayPolicy, 'reserve'>;
  txManager: TxManager;
  confirmer: Pick<Confirmer, 'mined'>;
  /** How long a caller waits for the block; the transaction is followed all the same. */
  waitMs?: number | undefined;
}

type ContractCall = TxCall & { to: string };

interface PendingCall {
  hash: string;
  mined: Promise<TransactionReceipt>;
}

const BUSY_RETRY_SEC = 5;
const WAIT_MS = 60_000;

/**
 * Submits signed calls, each once. A call is looked for in the records while the key is held, so it is sent once by all
 * processes that share the key, also when one of them died over it; and the contract takes its nonce once.
 */
export class Submitter {
  readonly #deps: SubmitterDeps;

  constructor(deps: SubmitterDeps) {
    this.#deps = deps;
  }

  /**
   * Sends a signed call once, whoever else asks for it, and waits for its block.
   * @returns `null` where the nonce was used meanwhile: the chain is to be looked at again.
   * @throws {ContractRevert}, {SignatureRefused}, {RelayRefused}, {RelayPending}
   */
  async submitOnce(call: WalletCall, signed: CallSignature): Promise<MinedCall | null> {
    const transaction = { to: call.contract, data: relayedCalldata(call, signed) };
    const gas = () => this.#gasOf(transaction).catch((error: unknown) => refusalOf(error, call));
    // Before the key is held: what the contract refuses must not keep others from it.
    const sent = (await gas()) === null ? null : await this.#send(call, signed, transaction);
    const receipt = sent && (await this.#minedInTime(call, sent));
    if (receipt === null) return null;
    if (receipt.status === 1) return { txHash: receipt.hash, blockNumber: receipt.blockNumber };
    // Something came in between, or its wallet changed its mind. It is not sent again: that too would cost gas.
    if ((await gas()) !== null) throw new ContractRevert({ errorName: 'UnknownError', args: {}, data: '0x' });
    return null;
  }

  async #send(
    call: WalletCall,
    signed: CallSignature,
    transaction: ContractCall,
  ): Promise<PendingCall | null> {
    const { txManager } = this.#deps;
    const found: { left?: SentTransaction | undefined; reserved?: Reservation } = {};
    const prepare = async (unmined: SentTransaction[]): Promise<TxCall | null> => {
      const own = unmined.filter(({ account }) => account === txManager.address.toLowerCase());
      found.left = own.find((tx) => isSameCall(callOf(tx), transaction));
      if (found.left) return null;
      if (own.some((tx) => spends(tx, call, signed.nonce))) {
        throw new SignatureRefused({ reason: 'used', call });
      }
      const gasLimit = await this.#gasOf(transaction).catch(nullWhereReverted);
      if (gasLimit === null) return null;
      found.reserved ??= await this.#reserve(call, signed, gasLimit);
      crashPoint('relay.reserved');
      return { ...transaction, gasLimit };
    };
    const sent = await txManager.send(RELAY, prepare).catch(async (cause: unknown) => {
      if (!(cause instanceof KeyBusy || cause instanceof PoolBusy || isRefusal(cause))) throw cause;
      await found.reserved?.charge(0n);
      const message = "This host's key can't submit the call right now.";
      throw new RelayRefused(message, { reason: 'unable', call, retryAfterSec: BUSY_RETRY_SEC, cause });
    });
    const pending = found.left ? txManager.follow(found.left) : sent;
    return pending && { hash: pending.hash, mined: this.#chargedOnceMined(pending, found.reserved) };
  }

  async #gasOf(transaction: ContractCall): Promise<bigint> {
    const { check, txManager } = this.#deps;
    return withRoom(await check.gasOf({ ...transaction, from: txManager.address }));
  }

  async #reserve(
    call: WalletCall,
    { beneficiary = call.account, clientIp }: CallSignature,
    gas: bigint,
  ): Promise<Reservation> {
    const answer = await this.#deps.policy.reserve(beneficiary, clientIp, gas);
    if ('charge' in answer) return answer;
    const { spent, retryAfterSec } = answer;
    throw new RelayRefused(spent, { reason: 'budget spent', call, retryAfterSec });
  }

  /** Charges also when no caller waits any more. What is not given back stays spent: no more is relayed than allowed. */
  #chargedOnceMined(sent: SentCall, reserved?: Reservation): Promise<TransactionReceipt> {
    const mined = this.#deps.confirmer.mined(sent).then(async (receipt) => {
      crashPoint('relay.mined');
      await reserved?.charge(receipt.gasUsed);
      return receipt;
    });
    mined.catch(() => undefined);
    return mined;
  }

  async #minedInTime(call: WalletCall, sent: PendingCall): Promise<TransactionReceipt | null> {
    const { waitMs = WAIT_MS } = this.#deps;
    const pending = () => new RelayPending({ call, txHash: sent.hash });
    return await withTimeout(waitMs, sent.mined, pending).catch((error) => {
      if (error instanceof Replaced) return null;
      throw error;
    });
  }
}

/** Rethrows a revert about the signature as our own error; `null` where its nonce was used just now, whatever for. */
function refusalOf(error: unknown, call: WalletCall): null {
  if (!(error instanceof ContractRevert)) throw error;
  if (error.errorName === 'NonceUsed') return null;
  if (error.errorName === 'SignatureExpired') throw new SignatureRefused({ reason: 'expired', call });
  if (error.errorName === 'SignatureInvalid') throw new SignatureRefused({ reason: 'invalid', call });
  throw error;
}

function nullWhereReverted(error: unknown): null {
  if (error instanceof ContractRevert) return null;
  throw error;
}

/** Whether a transaction of ours uses this nonce of the account, for whatever call. */
function spends(tx: SentTransaction, { account, contract }: WalletCall, nonce: bigint): boolean {
  const { to, data } = callOf(tx);
  const call = hostInterface.parseTransaction({ data });
  if (!call?.name.endsWith('BySig') || to?.toLowerCase() !== contract.toLowerCase()) return false;
  return String(call.args.account).toLowerCase() === account.toLowerCase() && call.args.nonce === nonce;
}
