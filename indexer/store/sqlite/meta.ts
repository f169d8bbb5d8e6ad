import Database from 'better-sqlite3';

/** Single values, by name. */
export function createMeta(db: Database.Database) {
  const read = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const write = db.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    read: <Value>(key: string): Value | null => JSON.parse(read.get(key) ?? 'null'),
    write: (key: string, value: unknown): void => void write.run(key, JSON.stringify(value)),
  };
}

/** A single value of a file that may be missing, in use, or damaged; `null` then, too. */
export function readMeta<Value>(path: string, key: string): Value | null {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
    return createMeta(db).read(key);
  } catch {
    return null;
  } finally {
    db?.close();
  }
}
