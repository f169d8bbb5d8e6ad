import { type JsonRpcApiProvider, Transaction, type TransactionRequest, type Wallet } from 'ethers';
import { crashPoint } from '../lib/crash-point.ts';
import type { SentTransaction, TxRecords } from '../store/store.ts';
import { estimable, mixesPools, poolEmptied, requestOf } from './blob-tx.ts';
import { broadcast, isRefusal } from './broadcast.ts';
import { type ConfirmationTimeouts, type SentCall, sentCall, TIMEOUTS } from './confirmation.ts';
import { dearer } from './fee-bump.ts';
import type { KeyLock } from './key-lock.ts';
import { firstUnmined, inFlight, nextNonce } from './nonces.ts';
import { type Prepare, TRANSACTION_GAS_CAP, type TxCall } from './types.ts';

/**
 * The operator's key: one door for everything it sends, whichever process sends it. A transaction is recorded
 * before it is sent, and what a crash left unsent goes out unchanged before anything new.
 */
export interface TxManager {
  /** Checksummed. */
  readonly address: string;
  /**
   * Sends one call under the next nonce. No other process uses the key between `prepare` and the sending.
   * @param purpose marks the transaction in the records: `sponsor`, `relay`.
   * @throws {KeyBusy} and the node's errors: a revert found by estimating; a refusal (nothing stays recorded);
   *   a lost connection (it stays recorded and goes out before the next call).
   */
  send(purpose: string, prepare: Prepare): Promise<SentCall | null>;
  /** Sees a recorded transaction through, whoever sent it: another process, or one that a crash ended. */
  follow(tx: SentTransaction): SentCall;
}

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

export function createTxManager(deps: TxManagerDeps): TxManager {
  const { records, lock, provider } = deps;
  const wallet = deps.wallet.connect(provider);
  const account = wallet.address.toLowerCase();
  const timeouts = { ...TIMEOUTS, ...deps.timeouts };

  async function send(purpose: string, prepare: Prepare): Promise<SentCall | null> {
    for (let tries = 1; ; tries += 1) {
      const turn = await lock.hold((holder) => sendAs(holder, purpose, prepare));
      if (turn !== 'lock lost') return turn && follow(turn);
      if (tries === LOCK_TRIES)
        throw new Error('The lock of the key ran out before a transaction was signed.');
    }
  }

  async function sendAs(holder: string, purpose: string, prepare: Prepare) {
    const nonce = await nextNonce(provider, records, account);
    const unmined = await inFlight(provider, records, { account, nonce });
    const call = await prepare(unmined, nonce);
    if (call === null) return null;
    const own = unmined.filter((tx) => tx.account === account);
    if (mixesPools(call, own)) await poolEmptied(provider, account);
    const tx = await sign(purpose, await withGas({ ...requestOf(call), nonce, from: wallet.address }));
    if (!(await records.recordSent(tx, holder))) return 'lock lost';
    crashPoint(`${purpose}.signed`);
    await broadcastNew(tx, holder);
    crashPoint(`${purpose}.sent`);
    return tx;
  }

  function follow(tx: SentTransaction): SentCall {
    const call = callOf(tx);
    const versions = async () =>
      (await records.unfinishedSent({ account })).filter(
        (other) => other.nonce === tx.nonce && isSameCall(callOf(other), call),
      );
    return sentCall({ provider, versions, raise, timeouts, signal: deps.signal }, tx);
  }

  /**
   * The call that holds up the account's queue again, `dearer`. Several processes may wait for the queue; its age in
   * the records says whether one of them has just raised it.
   */
  async function raise(): Promise<void> {
    await lock.hold(async (holder) => {
      const stuck = await firstUnmined(provider, records, account);
      if (stuck === undefined || Date.now() - stuck.sentAtMs < timeouts.raiseAfterMs) return;
      const request = dearer(Transaction.from(stuck.raw), await provider.getFeeData());
      const tx = await sign(stuck.purpose, request);
      if (!(await records.recordSent(tx, holder))) return;
      await broadcastNew(tx, holder).catch(() => undefined);
    });
  }

  async function withGas(request: TransactionRequest): Promise<TransactionRequest> {
    if (request.gasLimit != null) return request;
    return { ...request, gasLimit: withRoom(await provider.estimateGas(estimable(request))) };
  }

  async function sign(purpose: string, request: TransactionRequest): Promise<SentTransaction> {
    const raw = await wallet.signTransaction(await wallet.populateTransaction(request));
    const { hash, nonce } = Transaction.from(raw);
    if (hash === null) throw new Error('a signed transaction has a hash');
    return { account, nonce, hash, raw, purpose, sentAtMs: Date.now() };
  }

  async function broadcastNew(tx: SentTransaction, holder: string): Promise<void> {
    try {
      await broadcast(provider, tx);
    } catch (error) {
      if (isRefusal(error)) await records.forgetSent(tx.hash, holder);
      throw error;
    }
  }

  return { address: wallet.address, send, follow };
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
