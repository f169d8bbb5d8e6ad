import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { node, runChild } from '../../child.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { OldFolder } from './old-blocks.ts';
import { mediaOnDisk } from './on-disk.ts';

/** The second has the blocks of the first, and more. */
const SIZES = [3 * CHUNK + 1234, 4 * CHUNK, 176 * CHUNK, 17, 0];

describe('an old block folder', () => {
  let dataDir: string;
  let folder: string;
  let old: OldFolder;
  let storage: MediaStorage | undefined;
  let messages: string[];
  const start = async () => {
    messages = [];
    const log = (message: string) => messages.push(message);
    storage = await openFileStorage({ folder, oldBlocks: old.path, log });
    return storage;
  };
  const close = async () => {
    await storage?.close();
    storage = undefined;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stream-host-old-'));
    folder = join(dataDir, 'media');
    old = new OldFolder(join(dataDir, 'ipfs'));
  });
  afterEach(async () => {
    await close();
    await rm(dataDir, { recursive: true });
  });

  const expectWhole = async (sizes: readonly number[]) => {
    for (const size of sizes) {
      const cid = (await cidOf(file(size))).toString();
      const bytes = await collect((await started()).read(cid, { offset: 0, length: size }));
      expect(bytes.equals(bytesOf(0, size)), String(size)).to.equal(true);
    }
  };
  const started = async () => storage ?? (await start());
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  it('is taken over and gone', async () => {
    for (const size of SIZES) await old.add(file(size), size);
    await start();
    await expectWhole(SIZES);
    expect(await isThere(old.path)).to.equal(false);
    expect(messages).to.deep.equal([
      `media: takes ${SIZES.length} files over from ${old.path}`,
      `media: ${SIZES.length} files are taken over`,
    ]);
    await close();
    await start();
    expect(messages).to.deep.equal([]);
  });

  it('is taken over with a record that a power cut left torn', async () => {
    const cid = await old.add(file(CHUNK + 1), CHUNK + 1);
    await writeFile(old.pinFile(cid), '');
    await start();
    await expectWhole([CHUNK + 1]);
  });

  it('goes with what unfinished uploads had left in it', async () => {
    await old.add(file(17), 17);
    const stray = await old.add(file(CHUNK), CHUNK);
    await rm(old.pinFile(stray));
    await start();
    expect(await isThere(old.path)).to.equal(false);
    expect(await storage?.stat(stray)).to.equal(null);
  });

  for (const point of ['takeover.kept:1', 'takeover.kept:3', 'takeover.unpinned:2', 'upload.leaf:9']) {
    it(`is taken over in the end by a host that was killed at ${point}`, async () => {
      for (const size of SIZES) await old.add(file(size), size);
      const words = node(join(import.meta.dirname, 'taker.ts'), folder, old.path);
      expect((await runChild(words, { CRASH_AT: point })).how).to.equal('SIGKILL');
      await start();
      await expectWhole(SIZES);
      expect(await isThere(old.path)).to.equal(false);
      expect(mediaOnDisk(folder, ['incoming'])).to.deep.equal([]);
      expect(mediaOnDisk(folder, ['roots'])).to.have.length(SIZES.length);
    });
  }

  it('keeps what is damaged, whole as it is, until it is uploaded again', async () => {
    const [shorter = 0, longer = 0] = SIZES;
    await old.add(file(shorter), shorter);
    const damaged = await old.add(file(longer), longer);
    const before = await old.blocks();
    const lost = old.blockFile((await cidOf([bytesOf(3 * CHUNK, CHUNK)])).toString());
    await rm(lost);
    await start();
    await expectWhole([shorter]);
    expect(await storage?.stat(damaged)).to.equal(null);
    expect(messages.join('\n')).to.match(new RegExp(`${damaged} can't be taken over: block \\w+ is missing`));
    expect(await readdir(join(old.path, 'pins'))).to.deep.equal([`${damaged}.json`]);
    expect(await old.blocks()).to.have.length(before.length - 1 - 2); // the one lost, those of the first alone

    await storage?.add(file(longer));
    await close();
    await start();
    await expectWhole([shorter, longer]);
    expect(await isThere(old.path)).to.equal(false);
  });
});
