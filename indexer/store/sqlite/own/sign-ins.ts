import type Database from 'better-sqlite3';
import type { SignIns } from '../../store.ts';

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

  const spend = db.transaction((nonce: string, expiresAtSec: number, nowSec: number) => {
    forgetNonces.run(nowSec - REMEMBERED_SEC);
    return insertNonce.run(nonce, expiresAtSec).changes === 1;
  });
  const keep = db.transaction((name: string, offered: string) => {
    offerSecret.run(name, offered);
    return readSecret.get(name) ?? offered;
  });

  return {
    spendNonce: async (nonce, { expiresAtSec, nowSec }) => spend.immediate(nonce, expiresAtSec, nowSec),
    keepSecret: async (name, offered) => keep.immediate(name, offered),
  };
}
