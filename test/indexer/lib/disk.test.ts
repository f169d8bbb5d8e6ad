import { writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { JournalBroken } from '../../../devchain/errors.ts';
import { startProblem } from '../../../indexer/compose/start-errors.ts';
import { readConfig } from '../../../indexer/config/config.ts';
import { createDisk, isDiskFull } from '../../../indexer/lib/disk.ts';

/** The device on which nothing fits. */
const FULL = '/dev/full';

describe('isDiskFull()', () => {
  const failure = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      return error;
    }
    throw new Error('it fits');
  };

  it('knows what the system, SQLite and the journal say, however they are wrapped', async () => {
    const bySystem = await failure(() => writeFile(FULL, 'x'));
    expect(isDiskFull(bySystem)).to.equal(true);
    const broken = new JournalBroken({ file: 'journal', cause: bySystem });
    expect(isDiskFull(new Error('it failed', { cause: broken }))).to.equal(true);
    const db = new Database(':memory:');
    db.pragma('max_page_count = 2');
    expect(
      isDiskFull(await failure(() => db.exec('CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)'))),
    ).to.equal(true);
  });

  it('takes no other error for it', async () => {
    expect(isDiskFull(await failure(() => writeFile('/nowhere/at/all', 'x')))).to.equal(false);
    expect(isDiskFull(new JournalBroken({ file: 'journal' }))).to.equal(false);
    expect(isDiskFull('ENOSPC')).to.equal(false);
  });
});

describe('a start on a full disk', () => {
  it('is told in one line, with the folder and the way out', async () => {
    const error = await writeFile(FULL, 'x').catch((found: Error) => found);
    expect(startProblem(error, readConfig({ DATA_DIR: '.' }))).to.equal(
      'The disk of . is full (ENOSPC): free some space, or set DATA_DIR to a folder on another disk.',
    );
  });
});

describe('createDisk()', () => {
  it('says before whether something fits, and how much is free', async () => {
    await createDisk('.').requireRoom(1);
    const error = await createDisk('.')
      .requireRoom(999_999_999_999_999)
      .catch((reason: unknown) => reason);
    expect(isDiskFull(error)).to.equal(true);
    expect(String(error)).to.match(/too small: 999999999999999 bytes are to be kept, and \d+ are free\.$/);
  });

  it('answers where there is room, and says how little is left where there is none', async () => {
    await createDisk('.').ping();
    // A file system that holds nothing has no room.
    const error = await createDisk('/proc')
      .ping()
      .catch((found: Error) => found);
    expect(String(error)).to.equal('Error: The disk is full: 0 bytes are left.');
  });
});
