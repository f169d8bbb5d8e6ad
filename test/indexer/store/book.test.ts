import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { BOOK } from '../../../indexer/store/sqlite/book/schema.ts';
import { openDatabase } from '../../../indexer/store/sqlite/database.ts';
import { NewerDatabase } from '../../../indexer/store/sqlite/migrate.ts';

describe('openSqliteBook()', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'book-'));
    path = join(folder, 'deep', 'book.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('refuses a file of a newer version', () => {
    const db = openDatabase(path, BOOK);
    db.pragma(`user_version = ${BOOK.steps.length + 1}`);
    db.close();
    expect(() => openSqliteBook({ path }))
      .to.throw(NewerDatabase)
      .that.includes({ found: BOOK.steps.length + 1, known: BOOK.steps.length });
  });

  it('keeps its files, the log beside them too, to their owner', async () => {
    const book = openSqliteBook({ path });
    const modes = readdirSync(dirname(path)).map((name) => statSync(join(dirname(path), name)).mode & 0o777);
    expect(modes).to.have.length.above(1);
    for (const mode of modes) expect(mode).to.equal(0o600);
    await book.close();
  });

  it('commits durably, and can be told from other files', () => {
    const db = openDatabase(path, BOOK);
    expect(db.pragma('journal_mode', { simple: true })).to.equal('wal');
    expect(db.pragma('synchronous', { simple: true })).to.equal(2);
    expect(db.pragma('application_id', { simple: true })).to.equal(Buffer.from('book').readInt32BE());
    db.close();
  });
});
