import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Processes } from '../../indexer/lib/locks/processes.ts';
import { openSqliteBook, type SqliteBook } from '../../indexer/store/sqlite/book/book.ts';
import { BOOK } from '../../indexer/store/sqlite/book/schema.ts';
import { openDatabase } from '../../indexer/store/sqlite/database.ts';
import { openSqliteStores, openSqliteStoresOf } from '../../indexer/store/sqlite/index.ts';
import { runBackup } from '../../scripts/lib/book/backup.ts';
import { runRestore } from '../../scripts/lib/book/restore.ts';
import { hash, NOON, report } from '../indexer/store/samples.ts';
import { type Ended, runHere, runNode } from './run.ts';

const numbered = (index: number) => report({ ref: hash(`report ${index}`), viewTimeSec: NOON + index });

describe('npm run backup and npm run restore', () => {
  let folder: string;
  let dataDir: string;
  let path: string;
  let copy: string;
  let book: SqliteBook;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'backup-'));
    dataDir = join(folder, 'data');
    path = join(dataDir, 'book.sqlite');
    copy = join(folder, 'copy');
    book = openSqliteBook({ path });
  });
  afterEach(async () => {
    await book.close();
    rmSync(folder, { recursive: true });
  });

  const settings = () => ({ DATA_DIR: dataDir, KEYS_SECRET: '' });
  const backup = (...args: string[]) => runHere(runBackup, args, settings());
  const restore = (...args: string[]) => runHere(runRestore, args, settings());
  const apart = (script: string, ...args: string[]) =>
    runNode([join('scripts', `${script}.ts`), ...args], settings());
  const refusal = async (ended: Promise<Ended>) => {
    const { how, stderr } = await ended;
    expect(how).to.equal(1);
    return stderr;
  };
  const reportsIn = (file: string) => {
    const db = openDatabase(file, BOOK);
    const refs = db.prepare<[], string>('SELECT ref FROM reports ORDER BY seq').pluck().all();
    db.close();
    return refs;
  };

  it('copies the book while others write to it, to one file of its owner, as of one moment', async () => {
    await book.keepSecret('session', 'a secret');
    for (let index = 0; index < 50; index += 1) await book.recordReport(numbered(index));
    let isDone = false;
    const writing = (async () => {
      let index = 50;
      for (; !isDone; index += 1) await book.recordReport(numbered(index));
      return index;
    })();
    const { how, stdout, stderr } = await apart('backup', copy);
    isDone = true;
    const written = await writing;
    expect(how, stderr).to.equal(0);
    expect(stdout).to.match(/is a book of no chain yet: 0 secrets, 0 vouchers, [\d,]+ reports\./);
    expect(stdout).to.contain('keys-secret');
    expect(readdirSync(folder).sort()).to.deep.equal(['copy', 'data']);
    expect(statSync(copy).mode & 0o777).to.equal(0o600);
    const refs = reportsIn(copy);
    expect(refs.length).to.be.within(50, written);
    expect(refs).to.deep.equal(refs.map((_, index) => numbered(index).ref));
  });

  it('notes when that was', async () => {
    const { sinceSec } = await book.backupState();
    await book.noteBackup(sinceSec - 1_000);
    await backup(copy);
    expect((await book.backupState()).sinceSec).to.be.at.least(sinceSec);
  });

  it('overwrites nothing', async () => {
    writeFileSync(copy, 'something else');
    expect(await refusal(backup(copy))).to.match(/copy exists already, and is not overwritten/);
    expect(readFileSync(copy, 'utf8')).to.equal('something else');
    expect(await refusal(backup())).to.match(/Which file\?/);
    expect(await refusal(backup(copy, 'another'))).to.match(/One file/);
  });

  it('changes nothing without --yes', async () => {
    await book.recordReport(numbered(0));
    await backup(copy);
    await book.recordReport(numbered(1));
    const { stdout } = await restore(copy);
    expect(stdout).to.match(
      /1 report\.\nThe present book stays in .*\n\nNothing is changed\. To put it back, add --yes/,
    );
    expect(reportsIn(path)).to.have.length(2);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('book.before'))).to.deep.equal([]);
  });

  it('puts the copy back and keeps the present book; the mirror follows', async () => {
    const paths = { records: join(dataDir, 'records.sqlite'), book: path };
    const shown = async () => {
      const { store, book: opened } = openSqliteStores(paths);
      const found = (await store.unsettledReports({})).map(({ ref }) => ref);
      await store.close();
      await opened.close();
      return found;
    };
    await book.recordReport(numbered(0));
    await backup(copy);
    await book.recordReport(numbered(1));
    expect(await shown()).to.have.length(2);
    await book.close();
    const { how, stderr } = await apart('restore', copy, '--yes');
    expect(how, stderr).to.equal(0);
    expect(await shown()).to.deep.equal([numbered(0).ref]);
    const [aside = ''] = readdirSync(dataDir).filter((name) => name.startsWith('book.before-'));
    expect(reportsIn(join(dataDir, aside))).to.have.length(2);
    for (const name of [aside, 'book.sqlite'])
      expect(statSync(join(dataDir, name)).mode & 0o777, name).to.equal(0o600);
    book = openSqliteBook({ path });
    await book.recordReport(numbered(2));
    await book.recordReport(numbered(3));
    expect(await shown()).to.have.length(3);
  });

  it('puts it in an empty folder', async () => {
    await book.recordReport(numbered(0));
    await backup(copy);
    dataDir = join(folder, 'another');
    expect((await restore(copy, '--yes')).stderr).to.equal('');
    expect(reportsIn(join(dataDir, 'book.sqlite'))).to.have.length(1);
  });

  it('touches nothing while a host runs, or another process has the book open', async () => {
    await backup(copy);
    expect(await refusal(apart('restore', copy, '--yes'))).to.match(
      /book\.sqlite is open in another process/,
    );
    const host = Processes.open(join(dataDir, 'locks', 'processes'));
    try {
      expect(await refusal(apart('restore', copy, '--yes'))).to.match(/The host runs: stop it first/);
    } finally {
      host.close();
    }
    expect(existsSync(path)).to.equal(true);
  });

  it('refuses the book of another chain than the present one, or than that of the records', async () => {
    const [one, other] = [1, 5].map((chainId) => ({ chainId, genesisHash: hash(`genesis ${chainId}`) }));
    if (!one || !other) throw new Error('two chains');
    const paths = { records: join(dataDir, 'records.sqlite'), book: path };
    await book.close();
    const openOf = async (chain: typeof one) => {
      const { store, book: opened } = openSqliteStoresOf(chain, paths);
      await store.setChainIdentity(chain);
      await store.close();
      await opened.close();
    };
    await openOf(other);
    await backup(copy);
    for (const name of [path, paths.records]) rmSync(name);
    await openOf(one);
    expect(await refusal(restore(copy))).to.match(/copy is a book of chain 5 .*book\.sqlite is of chain 1 /);
    rmSync(path);
    expect(await refusal(restore(copy, '--yes'))).to.match(/chain 5 .*records\.sqlite is of chain 1 /);
    expect(existsSync(path)).to.equal(false);
    book = openSqliteBook({ path });
  });

  it('leaves nothing beside it of what it refuses', async () => {
    await backup(copy);
    await refusal(restore(copy, '--yes')); // this process has it open
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.new'))).to.deep.equal([]);
    rmSync(copy);
    const db = openDatabase(path, BOOK);
    db.pragma(`user_version = ${BOOK.steps.length + 1}`);
    expect(await refusal(backup(copy))).to.match(/start the newer version/);
    db.pragma(`user_version = ${BOOK.steps.length}`);
    db.close();
    expect(readdirSync(folder)).to.deep.equal(['data']);
  });

  it('takes the place of a damaged one, which is kept too', async () => {
    await book.recordReport(numbered(0));
    await backup(copy);
    await book.close();
    writeFileSync(path, 'no database'.repeat(1_000));
    expect((await restore(copy, '--yes')).stderr).to.equal('');
    expect(reportsIn(path)).to.have.length(1);
    const [kept = ''] = readdirSync(dataDir).filter((name) => name.startsWith('book.before-'));
    expect(readFileSync(join(dataDir, kept), 'utf8')).to.match(/^no database/);
    book = openSqliteBook({ path });
  });

  it('refuses what is no book, of a newer version, or damaged', async () => {
    writeFileSync(copy, 'no database'.repeat(1_000));
    expect(await refusal(restore(copy, '--yes'))).to.match(/copy is no book of a host/);
    expect(await refusal(restore(join(folder, 'nothing')))).to.match(/There is no .*nothing/);
    rmSync(copy);
    for (let index = 0; index < 200; index += 1) await book.recordReport(numbered(index));
    await backup(copy);
    const bytes = readFileSync(copy);
    const newer = Buffer.from(bytes);
    newer.writeUInt32BE(BOOK.steps.length + 1, 60);
    writeFileSync(copy, newer);
    expect(await refusal(restore(copy, '--yes'))).to.match(/has schema .* start the newer version instead/);
    writeFileSync(copy, Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(bytes.length - 8_192, 1)]));
    expect(await refusal(restore(copy, '--yes'))).to.match(/copy is damaged/);
    expect(reportsIn(path)).to.have.length(200);
  });
});
