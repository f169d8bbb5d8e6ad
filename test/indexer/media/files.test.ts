import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { MediaFolder } from '../../../indexer/media/files/folder.ts';
import type { DirectoryEntry, MediaStorage } from '../../../indexer/media/storage.ts';
import { MediaNotFound } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { BlockDamaged } from '../../../indexer/media/unixfs/verify.ts';
import { rejection } from '../../rejection.ts';
import { until } from '../sync/until.ts';
import { describeTree } from './blocks.suite.ts';
import { bytesOf, CHUNK, collect, file, zeros } from './content.ts';
import { type Damage, readUntilError } from './damage.suite.ts';
import { describeDirectories, entries } from './directories.suite.ts';
import { mediaOnDisk } from './on-disk.ts';
import type { Opened } from './suite.ts';
import { endingWith, HangingSource } from './suite.ts';

const SIZE = 3 * CHUNK + 1234;
const VIDEO = { 'master.m3u8': 300, 'v0/0.m4s': 2 * CHUNK + 17, 'v0/1.m4s': CHUNK };

describeTree('files', async () => openedIn(await newFolder()));
describeDirectories('files', async () => openedIn(await newFolder()));

describe('openFileStorage()', () => {
  let folder: string;
  let at: MediaFolder;
  let storage: MediaStorage;
  const messages: string[] = [];
  const openStorage = async () => openFileStorage({ folder, log: (message) => messages.push(message) });
  const onDisk = () => mediaOnDisk(folder);
  const whole = (cid: string, length: number) => collect(storage.read(cid, { offset: 0, length }));

  beforeEach(async () => {
    messages.length = 0;
    folder = await newFolder();
    at = new MediaFolder(folder);
    storage = await openStorage();
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  it('keeps a file as its own bytes', async () => {
    const { cid } = await storage.add(file(SIZE));
    expect((await readFile(at.fileOf(cid))).equals(bytesOf(0, SIZE))).to.equal(true);
    expect((await stat(at.treeOf(cid))).size).to.equal(8 + 5 * 32);
  });

  it('keeps equal files once, also those of directories', async () => {
    const single = await storage.add(file(CHUNK));
    await storage.addDirectory(entries({ ...VIDEO, copy: CHUNK }));
    const files = onDisk().filter((name) => name.startsWith('files/') && !/\.(tree|dir)$/.test(name));
    expect(files).to.have.length(3);
    expect(files.filter((name) => name.endsWith(single.cid))).to.have.length(1);
  });

  it('knows all roots of a block, however often they have it', async () => {
    const leaf = (await cidOf([Buffer.alloc(CHUNK)])).toString();
    const roots: string[] = [];
    for (const leaves of [300, 40]) roots.push((await storage.add(zeros(leaves * CHUNK))).cid);
    roots.push((await storage.addDirectory(oneFile(zeros(41 * CHUNK)))).cid);
    expect(await storage.rootsOf(leaf)).to.deep.equal(roots.toSorted());
    const [first = ''] = roots;
    await storage.remove(first);
    expect(await storage.rootsOf(leaf)).to.deep.equal(roots.slice(1).sort());
    expect(await storage.block(leaf)).to.deep.equal(Buffer.alloc(CHUNK));
  });

  it('leaves nothing of a failed upload on disk', async () => {
    await rejection(storage.add(endingWith(new Error('broken'))));
    await rejection(storage.addDirectory(entries({ ...VIDEO, 'v0/../1': 1 })));
    expect(onDisk()).to.deep.equal([]);
  });

  it('leaves nothing on disk that beforeKept refuses', async () => {
    const beforeKept = () => Promise.reject(new Error('not this one'));
    await rejection(storage.add(file(SIZE), { beforeKept }));
    await rejection(storage.addDirectory(entries(VIDEO), { beforeKept }));
    expect(onDisk()).to.deep.equal([]);
  });

  it('rejects with what the disk says when a file has no place, and leaves nothing', async () => {
    const { cid } = await storage.add(file(SIZE));
    await storage.remove(cid);
    await rm(join(at.fileOf(cid), '..'), { recursive: true, force: true });
    await writeFile(join(at.fileOf(cid), '..'), 'a file in the way');
    const failure = await rejection(storage.addDirectory(entries({ other: 5, same: SIZE })));
    expect(failure).to.have.property('code', 'EEXIST');
    await rm(join(at.fileOf(cid), '..'));
    expect(onDisk()).to.deep.equal([]);
  });

  it('leaves only what other content needs, when content is removed', async () => {
    const one = await storage.add(file(CHUNK));
    const before = onDisk();
    const { cid } = await storage.addDirectory(entries({ ...VIDEO, copy: SIZE }));
    await storage.remove(cid);
    expect(onDisk()).to.deep.equal(before);
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
    expect(onDisk()).to.deep.equal([]);
    storage = await openStorage();
  });

  it('has everything of an upload on the disk before it answers', async () => {
    const upload = () => storage.addDirectory(entries({ ...VIDEO, copy: SIZE }));
    const synced = await syncedWhile(upload);
    const written = onDisk();
    expect(written).to.have.length(4 + 2 + 1 + 1); // files, trees, nodes, record
    for (const name of written) {
      const path = join(folder, name);
      expect([...synced], name).to.include.members([await inodeOf(path), await inodeOf(join(path, '..'))]);
    }
    expect([...synced]).to.include(await inodeOf(at.files));
  });

  it('holds no whole chunk of an upload whose client has stopped', async () => {
    const abort = new AbortController();
    const failure = rejection(storage.add(new HangingSource(SIZE), { signal: abort.signal }));
    await until('all whole chunks are on disk', async () => {
      const [name] = onDisk();
      return name !== undefined && (await stat(join(folder, name))).size === 3 * CHUNK;
    });
    abort.abort(new Error('stop'));
    await failure;
  });

  it('reads on in a file that is uploaded again or removed meanwhile', async () => {
    const { cid } = await storage.add(file(9 * CHUNK));
    const reader = storage.read(cid, { offset: 0, length: 9 * CHUNK })[Symbol.asyncIterator]();
    const first = await reader.next();
    await storage.add(file(9 * CHUNK));
    await storage.remove(cid);
    const rest = await collect({ [Symbol.asyncIterator]: () => reader });
    expect(Buffer.concat([first.value, rest]).equals(bytesOf(0, 9 * CHUNK))).to.equal(true);
  });

  it('hands a file out in pieces of at most 64 KiB', async () => {
    const { cid } = await storage.add(file(2 * CHUNK));
    for await (const { length, buffer } of storage.read(cid, { offset: 70_000, length: 300_000 })) {
      expect(length).to.be.at.most(65_536);
      expect(buffer.byteLength).to.be.at.most(65_536);
    }
  });

  describe('damage', () => {
    const LONG = 9 * CHUNK + 1234;
    const DAMAGED = 6;
    const flip = (path: string, position: number) => async () => {
      const bytes = await readFile(path);
      bytes[position] = (bytes[position] ?? 0) ^ 1;
      await writeFile(path, bytes);
    };
    let cid: string;

    beforeEach(async () => {
      cid = (await storage.add(file(LONG))).cid;
    });

    const LEAF: Damage[] = [
      ['with a bit that flipped', (path) => flip(path, DAMAGED * CHUNK + 9)(), / does not match its CID$/],
      ['that is cut short', (path) => truncate(path, DAMAGED * CHUNK + 1000), / does not match its CID$/],
      ['that is cut off', (path) => truncate(path, DAMAGED * CHUNK), / is missing$/],
    ];
    for (const [what, damage, told] of LEAF) {
      it(`ends the reading at a leaf ${what}`, async () => {
        const leaf = (await cidOf([bytesOf(DAMAGED * CHUNK, CHUNK)])).toString();
        await damage(at.fileOf(cid));
        const { bytes, error } = await readUntilError(storage, cid, LONG);
        expect(bytes.equals(bytesOf(0, DAMAGED * CHUNK))).to.equal(true);
        expect(error).to.be.instanceOf(BlockDamaged).with.property('cid', leaf);
        expect(error).to.have.property('message').that.matches(told);
        expect(await rejection(storage.block(leaf))).to.be.instanceOf(BlockDamaged);
      });
    }

    it('ends the reading of a file that is missing', async () => {
      await rm(at.fileOf(cid));
      const { error } = await readUntilError(storage, cid, LONG);
      expect(error)
        .to.be.instanceOf(BlockDamaged)
        .with.property('message')
        .that.matches(/ is missing$/);
    });

    it('is healed by a second upload', async () => {
      await flip(at.fileOf(cid), DAMAGED * CHUNK)();
      expect((await storage.add(file(LONG))).cid).to.equal(cid);
      expect((await whole(cid, LONG)).equals(bytesOf(0, LONG))).to.equal(true);
    });

    it('is healed in a file of a directory by an upload of the file', async () => {
      const directory = await storage.addDirectory(entries({ film: LONG + 1 }));
      const film = String((await storage.find(directory.cid, 'film'))?.cid);
      await truncate(at.fileOf(film), 5);
      await storage.add(file(LONG + 1));
      expect((await whole(film, LONG + 1)).equals(bytesOf(0, LONG + 1))).to.equal(true);
    });

    it('leaves what lies beside it', async () => {
      await flip(at.fileOf(cid), DAMAGED * CHUNK)();
      for (const [offset, length] of [
        [0, DAMAGED * CHUNK],
        [(DAMAGED + 1) * CHUNK, 2 * CHUNK + 1234],
      ] as const) {
        const { bytes, error } = await readUntilError(storage, cid, length, offset);
        expect(error).to.equal(null);
        expect(bytes.equals(bytesOf(offset, length))).to.equal(true);
      }
    });

    const TREE: Damage[] = [
      ['with a bit that flipped', (path) => flip(path, 8 + 3 * 32)(), / does not match its CID$/],
      ['that are cut short', (path) => truncate(path, 100), / does not match its CID$/],
      ['that are missing', (path) => rm(path), / is missing$/],
    ];
    for (const [index, [what, damage, told]] of TREE.entries()) {
      it(`gives no byte of a file with hashes ${what}`, async () => {
        const size = LONG + 100 + index; // hashes that were checked are believed
        const other = (await storage.add(file(size))).cid;
        await damage(at.treeOf(other));
        const { bytes, error } = await readUntilError(storage, other, size);
        expect(bytes).to.have.length(0);
        expect(error).to.be.instanceOf(BlockDamaged).with.property('cid', other);
        expect(error).to.have.property('message').that.matches(told);
        expect(await storage.rootsOf((await cidOf([bytesOf(0, CHUNK)])).toString())).to.deep.equal([cid]);
      });
    }

    it('of nodes gives no directory', async () => {
      const directory = await storage.addDirectory(entries(VIDEO));
      const path = at.nodesOf(directory.cid);
      await flip(path, (await stat(path)).size - 9)();
      expect(await rejection(storage.find(directory.cid, 'v0'))).to.be.instanceOf(BlockDamaged);
    });

    it('of a record ends its content until it is uploaded again', async () => {
      await writeFile(join(at.roots, `${cid}.json`), '');
      expect(await storage.stat(cid)).to.equal(null);
      expect(await rejection(whole(cid, 1))).to.be.instanceOf(MediaNotFound);
      await storage.close();
      storage = await openStorage();
      await storage.add(file(LONG));
      expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: LONG });
    });

    it('of the index, or its loss, is made good by the start', async () => {
      const directory = await storage.addDirectory(entries(VIDEO));
      const leaf = (await cidOf([bytesOf(0, CHUNK)])).toString();
      const roots = [cid, directory.cid].sort();
      expect(await storage.rootsOf(leaf)).to.deep.equal(roots);
      for (const damage of ['no database, no database, no database', null]) {
        await storage.close();
        for (const suffix of ['', '-wal', '-shm']) await rm(at.index + suffix, { force: true });
        if (damage) await writeFile(at.index, damage.repeat(100));
        storage = await openStorage();
        expect(await storage.rootsOf(leaf)).to.deep.equal(roots);
        expect((await whole(cid, LONG)).equals(bytesOf(0, LONG))).to.equal(true);
        const found = await storage.find(directory.cid, 'v0/0.m4s');
        expect(found).to.include({ sizeBytes: VIDEO['v0/0.m4s'] });
      }
      await storage.remove(directory.cid);
      await storage.remove(cid);
      expect(onDisk()).to.deep.equal([]);
    });

    it('that the start finds is told, and what is damaged is not read', async () => {
      await storage.close();
      for (const suffix of ['', '-wal', '-shm']) await rm(at.index + suffix, { force: true });
      await truncate(at.treeOf(cid), 50);
      storage = await openStorage();
      expect(messages.join()).to.match(new RegExp(`${cid} is damaged`));
      expect(await rejection(whole(cid, 1))).to.be.instanceOf(BlockDamaged);
    });
  });

  it('leaves what another process is about to keep alone', async () => {
    const { cid } = await storage.add(file(SIZE));
    await rm(join(at.roots, `${cid}.json`));
    const theirs = join(at.incoming, `${process.ppid}-abcdef`);
    await mkdir(theirs);
    await writeFile(join(theirs, '1'), 'half a file');
    const before = onDisk();
    await storage.close();
    storage = await openStorage();
    expect(onDisk()).to.deep.equal(before);
  });
});

async function openedIn(folder: string): Promise<Opened> {
  const storage = await openFileStorage({ folder, log: () => undefined });
  return {
    storage,
    async reopen() {
      await storage.close();
      return openedIn(folder);
    },
    async dispose() {
      await storage.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Files and folders that are written through to the disk meanwhile. */
async function syncedWhile(work: () => Promise<unknown>): Promise<Set<number>> {
  const probe = await open(tmpdir(), 'r');
  const handles: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { sync } = handles;
  const inodes = new Set<number>();
  handles.sync = async function (this: FileHandle) {
    inodes.add((await this.stat()).ino);
    return sync.call(this);
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
  }
  return inodes;
}

async function inodeOf(path: string): Promise<number> {
  return (await stat(path)).ino;
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'stream-host-media-'));
}

async function* oneFile(content: AsyncIterable<Uint8Array>): AsyncGenerator<DirectoryEntry> {
  yield { path: 'one', content };
}
