import type Database from 'better-sqlite3';
import type { PlayGrant, PlayGrants } from '../../book.ts';
import { transactional } from '../transactional.ts';

/** A used nonce is remembered so long past its end: another process's clock may be behind. */
const REMEMBERED_SEC = 3_600;
/** A token is known so long past its end: a client whose payment is over, too, learns that, and not to sign anew. */
const TOKEN_REMEMBERED_SEC = 86_400;

/** Tokens by which wallets play what they have paid for. */
export function playGrants(db: Database.Database): PlayGrants {
  const forgetNonces = db.prepare<[number]>('DELETE FROM access_nonces WHERE expires_at < ?');
  const forgetTokens = db.prepare<[number]>('DELETE FROM play_tokens WHERE until < ?');
  const useNonce = db.prepare<[string, string, number]>(
    'INSERT INTO access_nonces (account, nonce, expires_at) VALUES (lower(?), ?, ?) ON CONFLICT DO NOTHING',
  );
  const writeToken = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO play_tokens (contract, content_id, account, token_hash, until) VALUES (lower(?), ?, lower(?), ?, ?)
      ON CONFLICT (contract, content_id, account)
      DO UPDATE SET token_hash = excluded.token_hash, until = excluded.until`,
  );
  const byToken = db.prepare<[string], Omit<PlayGrant, 'channelId'>>(
    'SELECT contract, content_id AS contentId, account, until AS untilSec FROM play_tokens WHERE token_hash = ?',
  );

  return {
    grantPlay: transactional(db, (tokenHash, to, used) => {
      forgetNonces.run(used.nowSec - REMEMBERED_SEC);
      forgetTokens.run(used.nowSec - TOKEN_REMEMBERED_SEC);
      if (useNonce.run(payerOf(to), used.nonce, used.expiresAtSec).changes === 0) return false;
      writeToken.run(to.contract, to.contentId, payerOf(to), tokenHash, to.untilSec);
      return true;
    }),
    async playGrant(tokenHash) {
      const row = byToken.get(tokenHash);
      if (row === undefined) return null;
      const [account = '', channelId = null] = row.account.split('/');
      return { ...row, account, channelId };
    },
  };
}

/** What stands as account in the rows: the wallet, or one channel of it. */
function payerOf({ account, channelId }: PlayGrant): string {
  return channelId === null ? account : `${account}/${channelId}`;
}
