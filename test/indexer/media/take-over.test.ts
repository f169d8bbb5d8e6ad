import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { TakeOver } from '../../../indexer/media/files/take-over.ts';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { node, runChild } from '../../child.ts';
import { rejection } from '../../rejection.ts';
import { until } from '../sync/until.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { OldFolder } from './old-blocks.ts';
import { mediaOnDisk } from './on-disk.ts';

/** The second has the blocks of the first, and more. */
const SIZES = [3 * CHUNK + 1234, 4 * CHUNK, 176 * CHUNK, 17, 0];
/** Fewer blocks than one node links, where it is not about the tree. */
const SMALLER = SIZES.map((size) => Math.min(size, 12 * CHUNK));

describe('an old block folder', () => {
  let dataDir: string;
  let folder: string;
  let old: OldFolder;
  let storage: MediaStorage | undefined;
  let messages: string[];
  const start = async () => {
    messages = [];
    // How far it is depends on the machine.
    const log = (message: string) => void (/ of \d+ files /.test(message) || messages.push(message));
    storage = await openFileStorage({ folder, oldBlocks: old.path, log });
    return storage;
  };
  /** Starts, and waits until all that can be moved is. */
  const startAndMove = async () => {
    await start();
    await moved();
  };
  const moved = () =>
    until('it is taken over', async () => {
      return !(await isThere(old.path)) || messages.some((message) => /files stay in/.test(message));
    });
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
    await startAndMove();
    await expectWhole(SIZES);
    expect(await isThere(old.path)).to.equal(false);
    expect(messages).to.deep.equal([
      `media: takes ${SIZES.length} files over from ${old.path}`,
      `media: ${SIZES.length} files are taken over`,
    ]);
    await close();
    await startAndMove();
    expect(messages).to.deep.equal([]);
  });

  it('holds up no start: what is asked for is moved first, by whatever spelling, and all else after it', async () => {
    const many = Array.from({ length: 20 }, (_, index) => CHUNK + index);
    for (const size of many) await old.add(file(size), size);
    const last = CID.parse((await cidOf(file(CHUNK + 19))).toString());
    const here = await start();
    expect(await here.stat(last.toV0().toString())).to.deep.equal({ kind: 'file', sizeBytes: CHUNK + 19 });
    expect(await isThere(old.pinFile(last.toString()))).to.equal(false);
    expect((await readdir(join(old.path, 'pins'))).length).to.be.above(10);
    await here.remove((await cidOf(file(CHUNK + 18))).toString());
    await expectWhole(many.slice(0, 18));
    await moved();
    expect(await here.stat((await cidOf(file(CHUNK + 18))).toString())).to.equal(null);
  });

  it('is taken over in the end by hosts that stop on the way', async () => {
    for (const size of SIZES) await old.add(file(size), size);
    for (let starts = 0; starts < SIZES.length && (await isThere(old.path)); starts += 1) {
      const { stat } = await start();
      await stat.call(storage, (await cidOf(file(SIZES[starts] ?? 0))).toString());
      await close();
      expect(messages.join()).to.not.match(/can't be|stay in/);
    }
    await startAndMove();
    await expectWhole(SIZES);
    expect(await isThere(old.path)).to.equal(false);
  });

  it('that can not be moved is told, to who asks for a file of it too', async () => {
    const cid = await old.add(file(CHUNK), CHUNK);
    messages = [];
    const full = new Error('the disk is full');
    const storage = { add: () => Promise.reject(full), isKept: async () => false };
    const taking = await TakeOver.begin(old.path, storage, (message) => messages.push(message));
    expect(await rejection(taking?.ready(cid) ?? Promise.resolve())).to.equal(full);
    expect(await rejection(taking?.ready(cid) ?? Promise.resolve())).to.equal(full);
    expect(messages.at(-1)).to.equal(`media: 1 files stay in ${old.path}: the disk is full`);
    expect(await isThere(old.pinFile(cid))).to.equal(true);
  });

  it('is taken over with a record that a power cut left torn', async () => {
    const cid = await old.add(file(CHUNK + 1), CHUNK + 1);
    await writeFile(old.pinFile(cid), '');
    await startAndMove();
    await expectWhole([CHUNK + 1]);
  });

  it('goes with what unfinished uploads had left in it', async () => {
    await old.add(file(17), 17);
    const stray = await old.add(file(CHUNK), CHUNK);
    await rm(old.pinFile(stray));
    await startAndMove();
    expect(await isThere(old.path)).to.equal(false);
    expect(await storage?.stat(stray)).to.equal(null);
  });

  for (const point of ['takeover.kept:1', 'takeover.kept:3', 'takeover.unpinned:2', 'upload.leaf:9']) {
    it(`is taken over in the end by a host that was killed at ${point}`, async () => {
      for (const size of SMALLER) await old.add(file(size), size);
      const words = node(join(import.meta.dirname, 'taker.ts'), folder, old.path);
      expect((await runChild(words, { CRASH_AT: point })).how).to.equal('SIGKILL');
      await startAndMove();
      await expectWhole(SMALLER);
      expect(await isThere(old.path)).to.equal(false);
      expect(mediaOnDisk(folder, ['incoming'])).to.deep.equal([]);
      expect(mediaOnDisk(folder, ['roots'])).to.have.length(SMALLER.length);
    });
  }

  it('keeps what is damaged, whole as it is, until it is uploaded again', async () => {
    const [shorter = 0, longer = 0] = SIZES;
    await old.add(file(shorter), shorter);
    const damaged = await old.add(file(longer), longer);
    const before = await old.blocks();
    const lost = old.blockFile((await cidOf([bytesOf(3 * CHUNK, CHUNK)])).toString());
    await rm(lost);
    await startAndMove();
    await expectWhole([shorter]);
    expect(await storage?.stat(damaged)).to.equal(null);
    expect(messages.join('\n')).to.match(new RegExp(`${damaged} can't be taken over: block \\w+ is missing`));
    expect(await readdir(join(old.path, 'pins'))).to.deep.equal([`${damaged}.json`]);
    expect(await old.blocks()).to.have.length(before.length - 1 - 2); // the one lost, those of the first alone

    await storage?.add(file(longer));
    await close();
    await startAndMove();
    await expectWhole([shorter, longer]);
    expect(await isThere(old.path)).to.equal(false);
  });
});
