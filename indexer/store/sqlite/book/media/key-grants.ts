import type Database from 'better-sqlite3';
import type { AskedKey, KeptKeyGrant, KeyGrantKey, KeyGrants } from '../../../book.ts';
import { transactional } from '../../transactional.ts';

/** What was used is remembered so long past its end: another process's clock may be behind. */
const REMEMBERED_SEC = 3_600;
const MAX_ASKED_OF_CONTENT = 100;
const MAX_ASKED_OF_PROVIDER = 100;
const MAX_ASKED_OF_CLIENT = 50;
const MAX_GRANTS_OF_CONTENT = 1_000;

const KEY = 'contract = @contract AND content_id = @contentId AND provider = @provider';
const GRANT = `SELECT contract, content_id AS contentId, provider, cid_key AS cidKey, expires_at AS expiresAtSec, signature,
  kept_at AS keptAtSec, given_at AS givenAtSec FROM key_grants`;
const ASKED = `SELECT contract, content_id AS contentId, provider, cid_key AS cidKey, client, asked_at AS askedAtSec,
  until AS untilSec FROM key_requests`;

/** Who may have keys, and who has asked for them, in SQLite. */
export function keyGrants(db: Database.Database): KeyGrants {
  return { ...askedKeys(db), ...keptGrants(db) };
}

type Asked = Pick<KeyGrants, 'spendKeyRequest' | 'rememberKeyRequest' | 'keyRequestsOf'>;

function askedKeys(db: Database.Database): Asked {
  const forgetUsed = db.prepare<[number]>('DELETE FROM used_key_requests WHERE expires_at < ?');
  const use = db.prepare<[string, number]>(
    'INSERT INTO used_key_requests (digest, expires_at) VALUES (lower(?), ?) ON CONFLICT DO NOTHING',
  );
  const forget = db.prepare<[number]>('DELETE FROM key_requests WHERE until <= ?');
  const renew = db.prepare<[AskedKey]>(
    `UPDATE key_requests SET asked_at = @askedAtSec, until = @untilSec, client = @client WHERE ${KEY}`,
  );
  const countBy = (column: 'provider' | 'client') =>
    db.prepare<[string], number>(`SELECT count(*) FROM key_requests WHERE ${column} = ?`).pluck();
  const [ofProvider, ofClient] = [countBy('provider'), countBy('client')];
  const giveWay = db.prepare<[string, number]>(
    `DELETE FROM key_requests WHERE (contract, content_id, provider) IN (SELECT contract, content_id, provider
      FROM key_requests WHERE cid_key = ? ORDER BY asked_at DESC LIMIT -1 OFFSET ?)`,
  );
  const insert = db.prepare<[AskedKey]>(`
    INSERT INTO key_requests (contract, content_id, provider, cid_key, client, asked_at, until)
    VALUES (@contract, @contentId, @provider, @cidKey, @client, @askedAtSec, @untilSec)`);
  const list = db.prepare<[string, number], AskedKey>(
    `${ASKED} WHERE cid_key = ? AND until > ? ORDER BY asked_at DESC, provider`,
  );
  return {
    spendKeyRequest: transactional(db, (digest, { expiresAtSec, nowSec }) => {
      forgetUsed.run(nowSec - REMEMBERED_SEC);
      return use.run(digest, expiresAtSec).changes === 1;
    }),
    rememberKeyRequest: transactional(db, (asked) => {
      const row = { ...asked, ...lowerCase(asked) };
      forget.run(row.askedAtSec);
      if (renew.run(row).changes === 1) return true;
      if ((ofProvider.get(row.provider) ?? 0) >= MAX_ASKED_OF_PROVIDER) return false;
      if ((ofClient.get(row.client) ?? 0) >= MAX_ASKED_OF_CLIENT) return false;
      giveWay.run(row.cidKey, MAX_ASKED_OF_CONTENT - 1);
      insert.run(row);
      return true;
    }),
    keyRequestsOf: async (cidKey, nowSec) => list.all(cidKey, nowSec),
  };
}

type Kept = Pick<KeyGrants, 'keepKeyGrant' | 'keyGrant' | 'keyGrantsOf' | 'noteKeyGiven'>;

function keptGrants(db: Database.Database): Kept {
  const keep = db.prepare<[object]>(`
    INSERT INTO key_grants (contract, content_id, provider, cid_key, expires_at, signature, kept_at)
    VALUES (@contract, @contentId, @provider, @cidKey, @expiresAtSec, @signature, @keptAtSec)
    ON CONFLICT (contract, content_id, provider) DO UPDATE SET expires_at = excluded.expires_at,
      signature = excluded.signature, kept_at = excluded.kept_at WHERE excluded.expires_at > expires_at`);
  const answered = db.prepare<[object]>(`DELETE FROM key_requests WHERE ${KEY}`);
  const giveWay = db.prepare<[string, number]>(
    `DELETE FROM key_grants WHERE (contract, content_id, provider) IN (SELECT contract, content_id, provider
      FROM key_grants WHERE cid_key = ? ORDER BY expires_at DESC LIMIT -1 OFFSET ?)`,
  );
  const one = db.prepare<[object], KeptKeyGrant>(`${GRANT} WHERE ${KEY} AND expires_at > @nowSec`);
  const list = db.prepare<[string, number], KeptKeyGrant>(
    `${GRANT} WHERE cid_key = ? AND expires_at > ? ORDER BY kept_at DESC, provider`,
  );
  const given = db.prepare<[object]>(`UPDATE key_grants SET given_at = @atSec WHERE ${KEY}`);
  return {
    keepKeyGrant: transactional(db, (grant) => {
      const row = { ...grant, ...lowerCase(grant) };
      keep.run(row);
      answered.run(row);
      giveWay.run(row.cidKey, MAX_GRANTS_OF_CONTENT);
    }),
    keyGrant: async (of, nowSec) => one.get({ ...lowerCase(of), nowSec }) ?? null,
    keyGrantsOf: async (cidKey, nowSec) => list.all(cidKey, nowSec),
    noteKeyGiven: async (of, atSec) => void given.run({ ...lowerCase(of), atSec }),
  };
}

function lowerCase({ contract, contentId, provider }: KeyGrantKey): KeyGrantKey {
  return {
    contract: contract.toLowerCase(),
    contentId: contentId.toLowerCase(),
    provider: provider.toLowerCase(),
  };
}
