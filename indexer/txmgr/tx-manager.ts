import { type JsonRpcApiProvider, Transaction, type TransactionRequest, type Wallet } from 'ethers';
import { crashPoint } from '../lib/crash-point.ts';
import type { SentTransaction, TxRecords } from '../store/book.ts';
import { estimable, mixesPools, poolEmptied, requestOf } from './blob-tx.ts';
import { broadcast, isRefusal } from './broadcast.ts';
import { type ConfirmationTimeouts, type SentCall, sentCall, TIMEOUTS } from './confirmation.ts';
import { dearer } from './fee-bump.ts';
import type { KeyLock } from './key-lock.ts';
import { firstUnmined, inFlight, nextNonce } from './nonces.ts';
import { type Prepare, TRANSACTION_GAS_CAP, type TxCall } from './types.ts';

export interface TxManagerDeps {
  wallet: Wallet;
  /** Made with `cacheTimeout: -1`: a cached answer is an old nonce. */
  provider: JsonRpcApiProvider;
  records: TxRecords;
  lock: KeyLock;
  timeouts?: Partial<ConfirmationTimeouts>;
  /** Ends all waiting for blocks; what is sent stays sent, and recorded. */
  signal?: AbortSignal;
}

const LOCK_TRIES = 3;

/**
 * Sends everything that the operator's key signs, whichever process asks for it. A transaction is recorded before it is
 * sent, and what a crash left unsent goes out unchanged before anything new.
 */
export class TxManager {
  /** Checksummed. */
  readonly address: string;
  readonly #account: string;
  readonly #wallet: Wallet;
  readonly #deps: TxManagerDeps;
  readonly #timeouts: ConfirmationTimeouts;

  constructor(deps: TxManagerDeps) {
    this.#deps = deps;
    this.#wallet = deps.wallet.connect(deps.provider);
    this.address = this.#wallet.address;
    this.#account = this.address.toLowerCase();
    this.#timeouts = { ...TIMEOUTS, ...deps.timeouts };
  }

  /**
   * Sends one call under the next nonce. No other process uses the key between `prepare` and the sending.
   * @param purpose marks the transaction in the records: `sponsor`, `relay`.
   * @throws {KeyBusy} and the node's errors: a revert found by estimating; a refusal (nothing stays recorded);
   *   a lost connection (it stays recorded and goes out before the next call).
   */
  async send(purpose: string, prepare: Prepare): Promise<SentCall | null> {
    for (let tries = 1; tries <= LOCK_TRIES; tries += 1) {
      const sent = await this.#deps.lock.hold((holder) => this.#sendAs(holder, purpose, prepare));
      if (sent !== 'lock lost') return sent && this.follow(sent);
    }
    throw new Error('The lock of the key ran out before a transaction was signed.');
  }

  /** Follows a recorded transaction, whoever sent it: another process, or one that a crash ended. */
  follow(tx: SentTransaction): SentCall {
    const { provider, records, signal } = this.#deps;
    const call = callOf(tx);
    const versions = async () =>
      (await records.unfinishedSent({ account: this.#account })).filter(
        (other) => other.nonce === tx.nonce && isSameCall(callOf(other), call),
      );
    const raise = () => this.#raise();
    return sentCall({ provider, versions, raise, timeouts: this.#timeouts, signal }, tx);
  }

  async #sendAs(holder: string, purpose: string, prepare: Prepare) {
    const { provider, records } = this.#deps;
    const account = this.#account;
    const nonce = await nextNonce(provider, records, account);
    const unmined = await inFlight(provider, records, { account, nonce });
    const call = await prepare(unmined, nonce);
    if (call === null) return null;
    const own = unmined.filter((tx) => tx.account === account);
    if (mixesPools(call, own)) await poolEmptied(provider, account);
    const request = await this.#withGas({ ...requestOf(call), nonce, from: this.address });
    const tx = await this.#sign(purpose, request);
    if (!(await records.recordSent(tx, holder))) return 'lock lost';
    crashPoint(`${purpose}.signed`);
    await this.#broadcast(tx, holder);
    crashPoint(`${purpose}.sent`);
    return tx;
  }

  /**
   * The call that holds up the account's queue again, `dearer`. Several processes may wait for the queue; its age in
   * the records says whether one of them has just raised it.
   */
  async #raise(): Promise<void> {
    const { provider, records, lock } = this.#deps;
    await lock.hold(async (holder) => {
      const stuck = await firstUnmined(provider, records, this.#account);
      if (stuck === undefined || Date.now() - stuck.sentAtMs < this.#timeouts.raiseAfterMs) return;
      const request = dearer(Transaction.from(stuck.raw), await provider.getFeeData());
      const tx = await this.#sign(stuck.purpose, request);
      if (!(await records.recordSent(tx, holder))) return;
      await this.#broadcast(tx, holder).catch(() => undefined);
    });
  }

  async #withGas(request: TransactionRequest): Promise<TransactionRequest> {
    if (request.gasLimit != null) return request;
    return { ...request, gasLimit: withRoom(await this.#deps.provider.estimateGas(estimable(request))) };
  }

  async #sign(purpose: string, request: TransactionRequest): Promise<SentTransaction> {
    const raw = await this.#wallet.signTransaction(await this.#wallet.populateTransaction(request));
    const { hash, nonce } = Transaction.from(raw);
    if (hash === null) throw new Error('a signed transaction has a hash');
    return { account: this.#account, nonce, hash, raw, purpose, sentAtMs: Date.now() };
  }

  async #broadcast(tx: SentTransaction, holder: string): Promise<void> {
    try {
      await broadcast(this.#deps.provider, tx);
    } catch (error) {
      if (isRefusal(error)) await this.#deps.records.forgetSent(tx.hash, holder);
      throw error;
    }
  }
}

/** What a recorded transaction calls. */
export function callOf({ raw }: SentTransaction): Required<Pick<TxCall, 'to' | 'data' | 'value'>> {
  const { to, data, value } = Transaction.from(raw);
  return { to, data, value };
}

export function isSameCall(one: TxCall, other: TxCall): boolean {
  const { to, data, value = 0n } = other;
  return one.to?.toLowerCase() === to?.toLowerCase() && one.data === data && (one.value ?? 0n) === value;
}

/** What another block may cost more than the one that was estimated on. */
export function withRoom(estimatedGas: bigint): bigint {
  const roomy = (estimatedGas * 6n) / 5n;
  return roomy < TRANSACTION_GAS_CAP ? roomy : TRANSACTION_GAS_CAP;
}
