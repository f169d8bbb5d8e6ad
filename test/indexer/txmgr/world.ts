import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Provider, Transaction, type TransactionRequest, type Wallet } from 'ethers';
import type { SentTransaction, TxRecords } from '../../../indexer/store/book.ts';
import { BOOK } from '../../../indexer/store/sqlite/book/schema.ts';
import { txRecords } from '../../../indexer/store/sqlite/book/tx-records.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { createKeyLock, type KeyLock } from '../../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../../indexer/txmgr/tx-manager.ts';
import type { TxCall } from '../../../indexer/txmgr/types.ts';
import { until } from '../../until.ts';
import { testWallet } from '../../wallets.ts';
import { freshChain } from '../payouts/chain.ts';

export const PAYEE = '0x00000000000000000000000000000000000000ee';
export const pay = (value: bigint) => async (): Promise<TxCall> => ({ to: PAYEE, data: '0x', value });

/** A chain, and processes that share the operator's key and its records. */
export async function txManagerWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const path = join(folder, 'host.sqlite');
  const chain = await freshChain();
  const opened: { close(): unknown }[] = [];

  /** What another process would hold: its own connection, its own lock, the same key. */
  function process(
    options: { waitMs?: number; raiseAfterMs?: number; giveUpAfterMs?: number; signal?: AbortSignal } = {},
  ) {
    const db = openDatabase(path, BOOK);
    opened.push(db);
    const records = txRecords(db);
    const { waitMs = 20_000, signal, ...timeouts } = options;
    const lock = createKeyLock(records, { ttlMs: 2_000, waitMs });
    const wallet = testWallet(0);
    const deps = { wallet, provider: chain.provider, records, lock, timeouts, ...(signal && { signal }) };
    return { records, lock, key: new TxManager(deps) };
  }

  /** Signed and recorded, then the power went. */
  function leaveUnsent(value: bigint): Promise<SentTransaction> {
    const request = { to: PAYEE, value, gasLimit: 21_000n };
    return recordUnsent(testWallet(0, chain.provider), request, 'sponsor', process());
  }

  /** Resolves when so many versions of a nonce are recorded and the newest has reached the chain's pool. */
  async function versionsOf(records: TxRecords, nonce: number, count: number): Promise<void> {
    const ofNonce = async () => (await records.unfinishedSent()).filter((tx) => tx.nonce === nonce);
    await versionsSent(chain.provider, ofNonce, count);
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

export type TxManagerWorld = Awaited<ReturnType<typeof txManagerWorld>>;

/** What a crash between recording and sending leaves: signed, recorded, unknown to the chain. */
export async function recordUnsent(
  wallet: Wallet,
  request: TransactionRequest,
  purpose: string,
  { records, lock }: { records: TxRecords; lock: KeyLock },
): Promise<SentTransaction> {
  const raw = await wallet.signTransaction(await wallet.populateTransaction(request));
  const { hash, nonce } = Transaction.from(raw);
  const account = wallet.address.toLowerCase();
  const tx = { account, nonce, hash: hash ?? '', raw, purpose, sentAtMs: Date.now() };
  await lock.hold((holder) => records.recordSent(tx, holder));
  return tx;
}

/** The versions of a transaction, once there are so many and the newest has reached the chain's pool. */
export async function versionsSent(
  provider: Provider,
  find: () => Promise<SentTransaction[]>,
  count: number,
): Promise<SentTransaction[]> {
  await until(`${count} versions`, async () => {
    const found = await find();
    const newest = found.at(-1);
    return (
      found.length >= count && newest !== undefined && (await provider.getTransaction(newest.hash)) !== null
    );
  });
  return await find();
}
