// The records as the version before the book kept them: all in one file.

import type Database from 'better-sqlite3';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { RECORDS } from '../../../indexer/store/sqlite/schema.ts';
import { CID, CONTENT_ID, CONTRACT, CREATOR, hash, NATIVE, NOON, PROVIDER, VIEWER } from './samples.ts';

/** Steps up to the last that knew no book. */
export const FORMER = { ...RECORDS, steps: RECORDS.steps.slice(0, 15) };

/** Of each own table one row. */
export const OWN_ROWS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  operator_key_lease: { one: 1, holder: 'a process', expires_at_ms: 1 },
  sent_transactions: {
    ...{ account: PROVIDER, nonce: 7, hash: hash('sent'), raw: '0x02', purpose: 'sponsor', sent_at_ms: 1 },
  },
  sponsor_nonces: { ref: hash('open'), lane: '0x01', counter: 3 },
  relay_gas: { day: '2026-01-02', wallet: VIEWER, gas: 60 },
  secrets: { name: 'session', value: 'the secret of sessions' },
  sign_in_nonces: { nonce: 'n', expires_at: NOON },
  staged_uploads: {
    ...{ id: 'u', wallet: CREATOR, state: 'staged', cid: CID, cid_key: CID, video_name: 'V', size_bytes: 9 },
    ...{ staged_at: NOON, due_at: NOON + 60 },
  },
  play_tokens: { contract: CONTRACT, content_id: CONTENT_ID, account: VIEWER, token_hash: 't', until: NOON },
  access_nonces: { account: VIEWER, nonce: 'n', expires_at: NOON },
  serve_wishes: {
    ...{ contract: CONTRACT, content_id: CONTENT_ID, cid: CID, cid_key: CID, creator: CREATOR, ends: 0 },
    ...{ beneficiary: CREATOR, origin: '::1', nonce: '1', deadline: NOON, try_after: 0, expires_at: NOON },
  },
  provided_media: { cid_key: 'provided' },
  takedowns: { cid_key: 'taken', cid: 'taken', reason: null, taken_by: 'ann', taken_at: NOON },
  media_facts: {
    ...{
      cid_key: CID,
      kind: 'file',
      size_bytes: 9,
      is_video: 0,
      duration_sec: null,
      width: null,
      height: null,
    },
    ...{ codecs: null, is_protected: null, preview_sec: null, units: null, measured_at: NOON },
  },
  packagings: {
    ...{ id: 'p', state: 'failed', owner: CREATOR, video_name: 'V', offer: '{}', serve: 0, client: '::1' },
    ...{ preview_sec: 0, sealed: null, kid: null, poster: Buffer.from([1, 2]), attempts: 1, progress: 0.5 },
    ...{ cid: null, size_bytes: null, problem: '{"code":"no_video","detail":"No."}', ended_at: NOON },
  },
  content_secrets: { cid_key: CID, owner: CREATOR, sealed: 'sealed', kid: 'a-key' },
};

const REPORTED = {
  ...{ source: 'reported', contract: CONTRACT, content_id: CONTENT_ID, cid: CID, cid_key: CID },
  ...{ blockchain_address: VIEWER, provider_wallet: PROVIDER, creator_wallet: CREATOR, token: NATIVE },
  ...{ price: '1000', units: 1, amount: '1000', timestamp: NOON, tx_hash: null, reported_at: NOON + 5 },
};
const PAID = {
  ...REPORTED,
  ...{ source: 'direct', block_number: 1, block_hash: hash('main 1'), log_index: 0, tx_hash: hash('tx 1') },
  ...{ reported_at: null, creator_amount: '750', provider_amount: '250', payer: VIEWER },
};

/** One payment, which covers a report that is not the nearest to it: the nearer one came later. Another costs nothing. */
export function writeFormerRecords(path: string): void {
  const db = openDatabase(path, FORMER);
  for (const [table, row] of Object.entries(OWN_ROWS)) insert(db, table, row);
  const logs = 'streaming_access_logs';
  insert(db, logs, PAID);
  const linked_to = `${hash('tx 1')}:0`;
  insert(db, logs, { ...REPORTED, ref: hash('covered'), timestamp: NOON - 600, linked_to });
  insert(db, logs, { ...REPORTED, ref: hash('open') });
  insert(db, logs, { ...REPORTED, ref: hash('free'), price: '0', amount: '0', timestamp: NOON + 600 });
  db.exec(`
    INSERT INTO headers (number, hash, undoable) VALUES (1, '${hash('main 1')}', 1);
    INSERT INTO chain_cursor (one, number, hash) VALUES (1, 1, '${hash('main 1')}');`);
  db.close();
}

export function insert(db: Database.Database, table: string, row: Readonly<Record<string, unknown>>): void {
  const columns = Object.keys(row);
  const values = columns.map((name) => `@${name}`);
  db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`).run(row);
}
