import type { TransactionReceipt } from 'ethers';
import { RelayPending, RelayRefused } from '../contract/calls/call-errors.ts';
import type { CallCheck } from '../contract/calls/call-status.ts';
import { ContractRevert } from '../contract/calls/revert.ts';
import type { MinedCall } from '../contract/calls/writer.ts';
import { crashPoint } from '../lib/crash-point.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import type { SentTransaction } from '../store/book.ts';
import { PoolBusy } from '../txmgr/blob-tx.ts';
import { isRefusal } from '../txmgr/broadcast.ts';
import { Replaced, type SentCall } from '../txmgr/confirmation.ts';
import type { Confirmer } from '../txmgr/confirmer.ts';
import { KeyBusy } from '../txmgr/key-lock.ts';
import { callOf, isSameCall, type TxManager, withRoom } from '../txmgr/tx-manager.ts';
import type { TxCall } from '../txmgr/types.ts';
import type { RelayPolicy, Reservation } from './policy.ts';
import type { Submission } from './submission.ts';

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
  /** False: it is another call, after whose block the chain is to be looked at again. */
  isThis: boolean;
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
   * Sends a call once, whoever else asks for it, and waits for its block.
   * @returns `null` where something else came before it: the chain is to be looked at again.
   * @throws {ContractRevert}, {SignatureRefused}, {RelayRefused}, {RelayPending}
   */
  async submitOnce(submission: Submission): Promise<MinedCall | null> {
    const transaction = { to: submission.call.contract, data: submission.data };
    const gas = () =>
      this.#gasOf(transaction).catch((error: unknown) => {
        if (error instanceof ContractRevert) return submission.refused(error);
        throw error;
      });
    // Before the key is held: what the contract refuses must not keep others from it.
    const sent = (await gas()) === null ? null : await this.#send(submission, transaction);
    const receipt = sent && (await this.#minedInTime(submission, sent));
    if (!receipt || !sent?.isThis) return null;
    if (receipt.status === 1) return { txHash: receipt.hash, blockNumber: receipt.blockNumber };
    // Something came in between, or its wallet changed its mind. It is not sent again: that too would cost gas.
    if ((await gas()) !== null) throw new ContractRevert({ errorName: 'UnknownError', args: {}, data: '0x' });
    return null;
  }

  async #send(submission: Submission, transaction: ContractCall): Promise<PendingCall | null> {
    const { txManager } = this.#deps;
    const found: { own?: SentTransaction; before?: SentTransaction; reserved?: Reservation } = {};
    const prepare = async (unmined: SentTransaction[]): Promise<TxCall | null> => {
      const ours = unmined.filter(({ account }) => account === txManager.address.toLowerCase());
      const own = ours.find((tx) => isSameCall(callOf(tx), transaction));
      const before = own ? undefined : ours.find((tx) => submission.follows(tx));
      Object.assign(found, { own, before });
      if (own ?? before) return null;
      const gasLimit = await this.#gasOf(transaction).catch(nullWhereReverted);
      if (gasLimit === null) return null;
      found.reserved ??= await this.#reserve(submission, gasLimit);
      crashPoint('relay.reserved');
      return { ...transaction, gasLimit };
    };
    const sent = await txManager.send(RELAY, prepare).catch(async (cause: unknown) => {
      if (!(cause instanceof KeyBusy || cause instanceof PoolBusy || isRefusal(cause))) throw cause;
      await found.reserved?.charge(0n);
      const message = "This host's key can't submit the call right now.";
      const facts = { call: submission.call, retryAfterSec: BUSY_RETRY_SEC, cause };
      throw new RelayRefused(message, { reason: 'unable', ...facts });
    });
    const left = found.own ?? found.before;
    const pending = left ? txManager.follow(left) : sent;
    if (pending === null) return null;
    const mined = this.#chargedOnceMined(pending, found.reserved);
    return { hash: pending.hash, mined, isThis: found.before === undefined };
  }

  async #gasOf(transaction: ContractCall): Promise<bigint> {
    const { check, txManager } = this.#deps;
    return withRoom(await check.gasOf({ ...transaction, from: txManager.address }));
  }

  async #reserve({ call, beneficiary, clientIp }: Submission, gas: bigint): Promise<Reservation> {
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

  async #minedInTime({ call }: Submission, sent: PendingCall): Promise<TransactionReceipt | null> {
    const { waitMs = WAIT_MS } = this.#deps;
    const pending = () => new RelayPending({ call, txHash: sent.hash });
    return await withTimeout(waitMs, sent.mined, pending).catch((error) => {
      if (error instanceof Replaced) return null;
      throw error;
    });
  }
}

function nullWhereReverted(error: unknown): null {
  if (error instanceof ContractRevert) return null;
  throw error;
}
