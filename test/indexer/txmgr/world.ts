import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transaction, Wallet } from 'ethers';
import { publicTestAccounts } from '../../../devchain/accounts.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { txRecords } from '../../../indexer/store/sqlite/own/tx-records.ts';
import type { SentTransaction, TxRecords } from '../../../indexer/store/store.ts';
import { createKeyLock } from '../../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../../indexer/txmgr/tx-manager.ts';
import type { TxCall } from '../../../indexer/txmgr/types.ts';
import { freshChain } from '../payouts/chain.ts';

export const PAYEE = '0x00000000000000000000000000000000000000ee';
export const pay = (value: bigint) => async (): Promise<TxCall> => ({ to: PAYEE, data: '0x', value });

/** A chain, and processes that share the operator's key and its records. */
export async function operatorWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const path = join(folder, 'host.sqlite');
  const chain = await freshChain();
  const opened: { close(): unknown }[] = [];

  /** What another process would hold: its own connection, its own lock, the same key. */
  function process(
    options: { waitMs?: number; raiseAfterMs?: number; giveUpAfterMs?: number; signal?: AbortSignal } = {},
  ) {
    const db = openDatabase(path);
    opened.push(db);
    const records = txRecords(db);
    const { waitMs = 20_000, signal, ...timeouts } = options;
    const lock = createKeyLock(records, { ttlMs: 2_000, waitMs });
    const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '');
    const deps = { wallet, provider: chain.provider, records, lock, timeouts, ...(signal && { signal }) };
    return { records, lock, key: new TxManager(deps) };
  }

  /** Signed and recorded, then the power went. */
  async function leaveUnsent(value: bigint): Promise<SentTransaction> {
    const { records, lock } = process();
    const wallet = new Wallet(publicTestAccounts()[0]?.privateKey ?? '', chain.provider);
    const account = wallet.address.toLowerCase();
    const nonce = await chain.provider.getTransactionCount(account, 'pending');
    const request = await wallet.populateTransaction({
      to: PAYEE,
      value,
      nonce,
      gasLimit: 21_000n,
    });
    const raw = await wallet.signTransaction(request);
    const hash = Transaction.from(raw).hash ?? '';
    const tx = { account, nonce, hash, raw, purpose: 'sponsor', sentAtMs: Date.now() };
    await lock.hold((holder) => records.recordSent(tx, holder));
    return tx;
  }

  /** Resolves when so many versions of a nonce are recorded and the newest has reached the chain's pool. */
  async function versionsOf(records: TxRecords, nonce: number, count: number): Promise<void> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
      const versions = (await records.unfinishedSent()).filter((tx) => tx.nonce === nonce);
      const newest = versions.at(-1);
      if (versions.length >= count && newest && (await chain.provider.getTransaction(newest.hash))) return;
      await new Promise(setImmediate);
    }
    throw new Error(`nonce ${nonce} has not got ${count} versions in time`);
  }

  return {
    chain,
    process,
    leaveUnsent,
    versionsOf,
    received: () => chain.provider.getBalance(PAYEE),
    async close() {
      for (const each of opened) each.close();
      await chain.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type OperatorWorld = Awaited<ReturnType<typeof operatorWorld>>;
