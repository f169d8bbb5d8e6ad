import { closeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { QuickDisk } from '../../../indexer/media/quick-disk.ts';

const CONTENT = Buffer.from('what a reader waits for');

describe('QuickDisk', () => {
  let folder: string;
  let path: string;
  let fd: number;
  let nowMs: number;
  /** How long each read takes. */
  let readMs: number;
  let asked: number;
  let disk: QuickDisk;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-disk-'));
    path = join(folder, 'file');
    await writeFile(path, CONTENT);
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    nowMs = 0;
    readMs = 0;
    asked = 0;
    // Asked once before a read that may be waited for, at its start and at its end.
    disk = new QuickDisk(() => {
      asked += 1;
      if (asked % 3 === 0) nowMs += readMs;
      return nowMs;
    });
    fd = await disk.open(path);
  });
  afterEach(() => closeSync(fd));

  /** @returns whether it was read in this thread: only there it is seen how long that takes. */
  async function isReadAtOnce(): Promise<boolean> {
    asked = 0;
    const piece = Buffer.alloc(CONTENT.length + 1);
    expect(await disk.read(fd, [piece], 0)).to.equal(CONTENT.length);
    expect(piece.subarray(0, -1).equals(CONTENT)).to.equal(true);
    return asked === 3;
  }

  it('reads at once while the disk is quick', async () => {
    readMs = 5;
    expect([await isReadAtOnce(), await isReadAtOnce()]).to.deep.equal([true, true]);
  });

  it('reads in another thread for ten seconds after a read that took long, and then at once', async () => {
    readMs = 6;
    expect([await isReadAtOnce(), await isReadAtOnce()]).to.deep.equal([true, false]);
    nowMs += 9_999;
    expect(await isReadAtOnce()).to.equal(false);
    nowMs += 1;
    expect(await isReadAtOnce()).to.equal(true);
  });

  it('waits twice as long where the next read took long again, until one is quick', async () => {
    readMs = 6;
    await isReadAtOnce();
    nowMs += 10_000;
    await isReadAtOnce();
    nowMs += 19_999;
    expect(await isReadAtOnce()).to.equal(false);
    nowMs += 1;
    readMs = 5;
    expect(await isReadAtOnce()).to.equal(true);
    readMs = 6;
    await isReadAtOnce();
    nowMs += 10_000;
    expect(await isReadAtOnce()).to.equal(true);
  });

  it('rejects what is not there, whichever thread opens it', async () => {
    expect(await failure()).to.equal('ENOENT');
    readMs = 6;
    await isReadAtOnce();
    expect(await failure()).to.equal('ENOENT');
    closeSync(await disk.open(path));
  });

  const failure = () => disk.open(join(folder, 'nothing')).catch((error) => error.code);
});
