import type Database from 'better-sqlite3';
import type { SentTransaction, TxRecords } from '../../book.ts';
import { sponsorNonces } from './sponsor-nonces.ts';

/** The ledger of the operator's key in SQLite. Every method is one transaction, safe among processes. */
export function txRecords(db: Database.Database): TxRecords {
  const lease = db.prepare(`
    INSERT INTO operator_key_lease (one, holder, expires_at_ms) VALUES (1, @holder, @nowMs + @ttlMs)
    ON CONFLICT (one) DO UPDATE SET holder = excluded.holder, expires_at_ms = excluded.expires_at_ms
    WHERE holder = excluded.holder OR expires_at_ms <= @nowMs`);
  const release = db.prepare('DELETE FROM operator_key_lease WHERE holder = ?');
  const record = db.prepare(`
    INSERT INTO sent_transactions (account, nonce, hash, raw, purpose, sent_at_ms)
    SELECT @account, @nonce, @hash, @raw, @purpose, @sentAtMs
    WHERE EXISTS (SELECT 1 FROM operator_key_lease WHERE holder = @holder)
    ON CONFLICT (hash) DO UPDATE SET raw = excluded.raw`);
  const forget = db.prepare(`
    DELETE FROM sent_transactions
    WHERE hash = @hash AND EXISTS (SELECT 1 FROM operator_key_lease WHERE holder = @holder)`);
  const unfinished = db.prepare<{ account: string | null; purpose: string | null }, SentTransaction>(`
    SELECT account, nonce, hash, raw, purpose, sent_at_ms AS sentAtMs FROM sent_transactions
    WHERE raw IS NOT NULL AND account = coalesce(@account, account) AND purpose = coalesce(@purpose, purpose)
    ORDER BY account, nonce, seq`);
  const finish = db.prepare(
    'UPDATE sent_transactions SET raw = NULL WHERE raw IS NOT NULL AND account = ? AND nonce < ?',
  );
  const senders = db
    .prepare<[string], string>('SELECT DISTINCT account FROM sent_transactions WHERE purpose = ?')
    .pluck();

  return {
    leaseKey: async (wanted) => lease.run(wanted).changes === 1,
    releaseKey: async (holder) => void release.run(holder),
    recordSent: async (tx, holder) => record.run({ ...tx, holder }).changes === 1,
    forgetSent: async (hash, holder) => void forget.run({ hash, holder }),
    unfinishedSent: async ({ account = null, purpose = null } = {}) => unfinished.all({ account, purpose }),
    finishSent: async (account, belowNonce) => void finish.run(account, belowNonce),
    senders: async (purpose) => senders.all(purpose),
    ...sponsorNonces(db),
  };
}
