import type Database from 'better-sqlite3';
import type { Backups } from '../../../book.ts';
import { createMeta } from '../../meta.ts';

const BACKED_UP_AT = 'backed_up_at';

export function backups(db: Database.Database): Backups {
  const meta = createMeta(db);
  const unique = db
    .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM vouchers) OR EXISTS (SELECT 1 FROM content_secrets)')
    .pluck();
  return {
    backupState: async () => ({
      sinceSec: meta.read<number>(BACKED_UP_AT) ?? meta.read<number>('created_at') ?? 0,
      isNeeded: unique.get() === 1,
    }),
    noteBackup: async (atSec) => meta.write(BACKED_UP_AT, atSec),
  };
}
