import type Database from 'better-sqlite3';
import type { Packagings, SealedSecret } from '../../../book.ts';
import { transactional } from '../../transactional.ts';

type ContentSecrets = Pick<Packagings, 'contentSecret' | 'isSecretOfAnother' | 'bringSecret'>;

/** What the keys of contents come from: of one creator each. */
export function contentSecrets(db: Database.Database): ContentSecrets {
  const one = db.prepare<[string, string], SealedSecret>(
    'SELECT sealed, kid FROM content_secrets WHERE cid_key = ? AND owner = lower(?)',
  );
  const ofAnother = db
    .prepare<[string, string], 1>('SELECT 1 FROM content_secrets WHERE cid_key = ? AND owner <> lower(?)')
    .pluck();
  const keep = db.prepare<[string, string, string, string]>(
    'INSERT INTO content_secrets (cid_key, owner, sealed, kid) VALUES (?, lower(?), ?, ?) ON CONFLICT DO NOTHING',
  );
  const isOfAnother = (cidKey: string, owner: string) => ofAnother.get(cidKey, owner) !== undefined;
  return {
    contentSecret: async (cidKey, owner) => one.get(cidKey, owner) ?? null,
    isSecretOfAnother: async (cidKey, owner) => isOfAnother(cidKey, owner),
    bringSecret: transactional(db, (cidKey, owner, { sealed, kid }) => {
      if (isOfAnother(cidKey, owner)) return false;
      keep.run(cidKey, owner, sealed, kid);
      return true;
    }),
  };
}
