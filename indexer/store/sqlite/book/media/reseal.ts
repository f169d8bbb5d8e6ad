import type Database from 'better-sqlite3';
import type { Packagings, SealedSecret } from '../../../book.ts';
import { transactional } from '../../transactional.ts';

type OfUpload = SealedSecret & { upload: string };
type OfContent = SealedSecret & { cidKey: string; owner: string };

/** Every row that is sealed, of either kind. */
export function resealing(db: Database.Database): Pick<Packagings, 'resealSecrets'> {
  const uploads = db.prepare<[string], OfUpload>(
    'SELECT id AS upload, sealed, kid FROM packagings WHERE kid = ?',
  );
  const contents = db.prepare<[string], OfContent>(
    'SELECT cid_key AS cidKey, owner, sealed, kid FROM content_secrets WHERE kid = ?',
  );
  const keepUpload = db.prepare<OfUpload>(
    'UPDATE packagings SET sealed = @sealed, kid = @kid WHERE id = @upload',
  );
  const keepContent = db.prepare<OfContent>(
    'UPDATE content_secrets SET sealed = @sealed, kid = @kid WHERE cid_key = @cidKey AND owner = @owner',
  );
  return {
    resealSecrets: transactional(db, (kid, reseal) => {
      const [ofUploads, ofContents] = [uploads.all(kid), contents.all(kid)];
      for (const { upload, ...secret } of ofUploads)
        keepUpload.run({ upload, ...reseal(secret, { upload }) });
      for (const { cidKey, owner, ...secret } of ofContents) {
        keepContent.run({ cidKey, owner, ...reseal(secret, { cidKey, owner }) });
      }
      return ofUploads.length + ofContents.length;
    }),
  };
}
