import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsBlockstore } from 'blockstore-fs';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { blockPath } from '../../../indexer/media/ipfs/block-files.ts';
import { openHeliaStorage } from '../../../indexer/media/ipfs/helia.ts';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { node, runChild } from '../../child.ts';
import { rejection } from '../../rejection.ts';
import { until } from '../sync/until.ts';
import { describeBlockStorage } from './blocks.suite.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import type { OpenedBlocks } from './suite.ts';
import { endingWith, HangingSource } from './suite.ts';

const SIZE = 3 * CHUNK + 1234;

describeBlockStorage('helia', async () => openedIn(await newFolder()));

describe('openHeliaStorage()', () => {
  let dataDir: string;
  let storage: MediaStorage;
  const messages: string[] = [];
  const openStorage = async () => openHeliaStorage({ dataDir, log: (message) => messages.push(message) });

  beforeEach(async () => {
    messages.length = 0;
    dataDir = await newFolder();
    storage = await openStorage();
  });
  afterEach(async () => {
    await storage.close();
    await rm(dataDir, { recursive: true });
  });

  it('writes blocks that Helia reads', async () => {
    const { cid } = await storage.add(file(SIZE));
    const blocks = new FsBlockstore(join(dataDir, 'blocks'));
    expect(await blocks.has(CID.parse(cid))).to.equal(true);
    const firstChunk = CID.parse((await storage.add(file(CHUNK))).cid);
    expect((await collect(asyncOf(blocks.get(firstChunk)))).equals(bytesOf(0, CHUNK))).to.equal(true);
  });

  it('leaves no block of a failed upload on disk', async () => {
    await rejection(storage.add(endingWith(new Error('broken'))));
    expect(await blocksOnDisk(dataDir)).to.deep.equal([]);
  });

  it('leaves no block of an upload on disk that beforeKept refuses', async () => {
    const beforeKept = () => Promise.reject(new Error('not this one'));
    await rejection(storage.add(file(SIZE), { beforeKept }));
    expect(await blocksOnDisk(dataDir)).to.deep.equal([]);
    expect(await readdir(join(dataDir, 'pins'))).to.deep.equal([]);
  });

  it('rejects with what the disk says when a block can not be written, and deletes those before it', async () => {
    const { cid } = await storage.add(file(SIZE));
    await storage.remove(cid);
    const [folder = ''] = blockPath(CID.parse(cid)).split('/');
    await rm(join(dataDir, 'blocks', folder), { recursive: true });
    await writeFile(join(dataDir, 'blocks', folder), 'a file in the way');
    expect(await rejection(storage.add(file(SIZE)))).to.have.property('code', 'ENOTDIR');
    expect(await blocksOnDisk(dataDir)).to.deep.equal([]);
  });

  it('leaves no block behind when uploads of the same content fail one after the other', async () => {
    const sources = [new HangingSource(), new HangingSource()];
    const aborts = sources.map(() => new AbortController());
    const failures = sources.map((source, index) =>
      rejection(storage.add(source, { signal: aborts[index]?.signal ?? AbortSignal.abort() })),
    );
    await Promise.all(sources.map((source) => source.hanging));
    for (const [index, abort] of aborts.entries()) {
      abort.abort(new Error('broken'));
      await failures[index];
    }
    expect(await blocksOnDisk(dataDir)).to.deep.equal([]);
  });

  it('leaves the blocks of other content only, when content is removed', async () => {
    const one = await storage.add(file(CHUNK));
    const before = await blocksOnDisk(dataDir);
    const { cid } = await storage.add(file(SIZE));
    await storage.remove(cid);
    expect(await blocksOnDisk(dataDir)).to.deep.equal(before);
    expect(await storage.stat(one.cid)).to.deep.equal({ kind: 'file', sizeBytes: CHUNK });
  });

  it('ends uploads under way and cleans up after them when it closes', async () => {
    const source = new HangingSource();
    const failure = rejection(storage.add(source));
    await source.hanging;
    await storage.close();
    expect(await failure)
      .to.be.instanceOf(Error)
      .with.property('message', 'the media storage is closing');
    expect(await blocksOnDisk(dataDir)).to.deep.equal([]);
    storage = await openStorage();
  });

  it('heals a block that a power cut left short when the file is uploaded again', async () => {
    const { cid } = await storage.add(file(SIZE));
    const [name = ''] = await blocksWithSize(dataDir, CHUNK);
    await writeFile(join(dataDir, 'blocks', name), '');
    await storage.add(file(SIZE));
    const bytes = await collect(storage.read(cid, { offset: 0, length: SIZE }));
    expect(bytes.equals(bytesOf(0, SIZE))).to.equal(true);
  });

  it('has everything of an upload on the disk before it answers', async () => {
    const synced = await syncedWhile(() => storage.add(file(SIZE)));
    const written = (await readdir(dataDir, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.name.endsWith('.journal') && entry.name !== 'journal')
      .map((entry) => join(entry.parentPath, entry.name));
    expect(written.filter((path) => path.endsWith('.data'))).to.have.length(5);
    for (const path of written) expect([...synced], path).to.include(path);
  });

  it('has blocks that were here before on the disk, too', async () => {
    await storage.add(file(SIZE));
    const synced = await syncedWhile(() => storage.add(file(SIZE)));
    for (const name of await blocksOnDisk(dataDir))
      expect([...synced]).to.include(join(dataDir, 'blocks', name));
  });

  it('holds no whole chunk of an upload whose client has stopped', async () => {
    const abort = new AbortController();
    const failure = rejection(storage.add(new HangingSource(SIZE), { signal: abort.signal }));
    await until('all whole chunks are blocks', async () => (await blocksOnDisk(dataDir)).length === 3);
    abort.abort(new Error('stop'));
    await failure;
  });

  it('heals a record that a power cut left empty when the file is uploaded again', async () => {
    const { cid } = await storage.add(file(SIZE));
    await writeFile(join(dataDir, 'pins', `${cid}.json`), '');
    expect(await storage.stat(cid)).to.equal(null);
    await storage.add(file(SIZE));
    expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
  });

  describe('after kill -9', () => {
    for (const point of ['upload.block:1', 'upload.block:3', 'upload.written:1']) {
      it(`deletes the blocks of an upload that was killed at ${point}, and keeps all others`, async () => {
        const kept = await storage.add(file(CHUNK + 5));
        const before = await blocksOnDisk(dataDir);
        await storage.close();
        await uploadUntilKilled(dataDir, SIZE, point);
        expect(await blocksOnDisk(dataDir)).to.have.length.above(before.length);

        storage = await openStorage();
        expect(await blocksOnDisk(dataDir)).to.deep.equal(before);
        expect(messages).to.have.length(1);
        const bytes = await collect(storage.read(kept.cid, { offset: 0, length: CHUNK + 5 }));
        expect(bytes.equals(bytesOf(0, CHUNK + 5))).to.equal(true);
      });
    }

    it('keeps an upload that was recorded', async () => {
      const { cid } = await storage.add(file(SIZE));
      await storage.remove(cid);
      await storage.close();
      await uploadUntilKilled(dataDir, SIZE, 'upload.pinned:1');
      storage = await openStorage();
      const bytes = await collect(storage.read(cid, { offset: 0, length: SIZE }));
      expect(bytes.equals(bytesOf(0, SIZE))).to.equal(true);
    });

    it('leaves the journal of a process that still runs alone', async () => {
      await rejection(storage.add(endingWith(new Error('broken'))));
      const { cid } = await storage.add(file(SIZE));
      const [name = ''] = await blocksWithSize(dataDir, CHUNK);
      await storage.remove(cid);
      const leftover = join(dataDir, 'blocks', name);
      await mkdir(join(leftover, '..'), { recursive: true });
      await writeFile(leftover, bytesOf(0, CHUNK));
      await writeFile(join(dataDir, 'journal', `${process.ppid}.journal`), `${name}\n`);
      await storage.close();
      storage = await openStorage();
      expect(await blocksOnDisk(dataDir)).to.deep.equal([name]);
    });
  });
});

async function openedIn(dataDir: string): Promise<OpenedBlocks> {
  const storage = await openHeliaStorage({ dataDir, log: () => undefined });
  return {
    storage,
    blockFile: (cid) => join(dataDir, 'blocks', blockPath(CID.parse(cid))),
    async reopen() {
      await storage.close();
      return openedIn(dataDir);
    },
    async dispose() {
      await storage.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** Files and folders that are written through to the disk meanwhile, by path, as they are called now. */
async function syncedWhile(work: () => Promise<unknown>): Promise<Set<string>> {
  const probe = await open(tmpdir(), 'r');
  const handles: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = handles;
  const paths = new Set<string>();
  handles.sync = async function (this: FileHandle) {
    paths.add((await readlink(`/proc/self/fd/${this.fd}`)).replace(/\.new$/, ''));
    return sync.call(this);
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
  }
  return paths;
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'stream-host-media-'));
}

async function blocksOnDisk(dataDir: string): Promise<string[]> {
  const entries = await readdir(join(dataDir, 'blocks'), { recursive: true });
  return entries.filter((entry) => entry.endsWith('.data')).sort();
}

async function blocksWithSize(dataDir: string, size: number): Promise<string[]> {
  const names = await blocksOnDisk(dataDir);
  const sizes = await Promise.all(
    names.map(async (name) => (await readFile(join(dataDir, 'blocks', name))).length),
  );
  return names.filter((_, index) => sizes[index] === size);
}

async function uploadUntilKilled(dataDir: string, size: number, point: string): Promise<void> {
  const words = node(join(import.meta.dirname, 'uploader.ts'), dataDir, size);
  expect((await runChild(words, { CRASH_AT: point })).how).to.equal('SIGKILL');
}

async function* asyncOf(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* source;
}
