import type Database from 'better-sqlite3';
import type { SignIns } from '../../book.ts';
import { transactional } from '../transactional.ts';

/** A used nonce is remembered so long past its end: another process's clock may be behind. */
const REMEMBERED_SEC = 3_600;

export function signIns(db: Database.Database): SignIns {
  const insertNonce = db.prepare<[string, number]>(
    'INSERT INTO sign_in_nonces (nonce, expires_at) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING',
  );
  const forgetNonces = db.prepare<[number]>('DELETE FROM sign_in_nonces WHERE expires_at < ?');
  const offerSecret = db.prepare<[string, string]>(
    'INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
  );
  const readSecret = db.prepare<[string], string>('SELECT value FROM secrets WHERE name = ?').pluck();

  return {
    spendNonce: transactional(db, (nonce, { expiresAtSec, nowSec }) => {
      forgetNonces.run(nowSec - REMEMBERED_SEC);
      return insertNonce.run(nonce, expiresAtSec).changes === 1;
    }),
    keepSecret: transactional(db, (name, offered) => {
      offerSecret.run(name, offered);
      return readSecret.get(name) ?? offered;
    }),
  };
}
