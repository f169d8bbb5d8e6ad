import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteBook } from '../../../indexer/store/sqlite/book/book.ts';
import { copyBook, putBookBack } from '../../../indexer/store/sqlite/book/file/copies.ts';

describe('putBookBack()', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'put-back-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a book that does not know what was signed for before', async () => {
    const [path, copy] = ['book', 'copy'].map((name) => join(folder, `${name}.sqlite`));
    if (path === undefined || copy === undefined) throw new Error('no names');
    const since = async () => {
      const book = openSqliteBook({ path });
      const sec = await book.knowsSinceSec();
      await book.close();
      return sec;
    };
    await since();
    const db = new Database(path);
    db.exec("UPDATE meta SET value = '7' WHERE key = 'created_at'");
    db.close();
    expect(await since()).to.equal(7);
    await copyBook(path, copy);
    await putBookBack(copy, path, join(folder, 'aside.sqlite'));
    expect(await since()).to.be.closeTo(Math.floor(Date.now() / 1000), 60);
  });
});
