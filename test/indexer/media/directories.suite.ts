import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import type { DirectoryEntry, MediaStorage } from '../../../indexer/media/storage.ts';
import { InvalidPath, MediaNotFound } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { verified } from '../../../indexer/media/unixfs/verify.ts';
import { rejection } from '../../rejection.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { ABSENT, HangingSource, type Opened } from './suite.ts';

/** A video as it is packaged: small files, and one of two levels. */
const FILES: Record<string, number> = {
  'master.m3u8': 300,
  'content.json': 1000,
  'v0/index.m3u8': 2000,
  'v0/init.mp4': 900,
  'v0/0.m4s': 2 * CHUNK + 17,
  'v0/1.m4s': CHUNK,
  'v1/0.m4s': CHUNK,
  'v1/ä ü.m4s': 0,
};

/** What `ipfs add -r --cid-version=1` of Kubo 0.43 answers for them, and `ipfs files stat`. */
const ADDED = {
  cid: 'bafybeielyqh5zvbucnc6c46e4gobbiunrjl36kvjmvgz7fcsqrjc2vnnnm',
  sizeBytes: 1_053_482,
};
const MANY = Object.fromEntries(
  Array.from({ length: 1025 }, (_, index) => [`n${String(index).padStart(219, '0')}`, index % 3]),
);
const MANY_CID = 'bafybeifk5sz5x4r42stc7vgolibqnhgcb3lpubyaljlp6csz4w4tmbsibu';

/** What every back end does that keeps directories. `open` answers an empty one. */
export function describeDirectories(name: string, open: () => Promise<Opened>): void {
  describe(`MediaStorage: ${name}: directories`, () => {
    let opened: Opened;
    let storage: MediaStorage;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
    });
    afterEach(() => opened.dispose());

    const whole = (cid: string, length: number) => collect(storage.read(cid, { offset: 0, length }));
    const expectWhole = async (cid: string) => {
      for (const [path, size] of Object.entries(FILES)) {
        const found = await storage.find(cid, path);
        expect(found, path).to.include({ kind: 'file', sizeBytes: size });
        expect((await whole(String(found?.cid), size)).equals(bytesOf(0, size)), path).to.equal(true);
      }
    };

    it('are kept under the CID of ipfs add -r --cid-version=1, with all their files', async () => {
      const added = await storage.addDirectory(entries(FILES));
      expect(added).to.deep.equal(ADDED);
      const { cid, sizeBytes } = added;
      expect(await storage.stat(cid)).to.deep.equal({ kind: 'directory', sizeBytes });
      expect(await storage.find(cid, '')).to.deep.equal({ cid, kind: 'directory', sizeBytes });
      await expectWhole(cid);
      opened = await opened.reopen();
      storage = opened.storage;
      await expectWhole(cid);
    });

    it('are listed level by level', async () => {
      const { cid } = await storage.addDirectory(entries(FILES));
      const list = async (of: string) => {
        const found = [];
        for await (const { name, kind, sizeBytes } of storage.list(of)) {
          found.push(kind === 'file' ? [name, sizeBytes] : [name]);
        }
        return found;
      };
      expect(await list(cid)).to.deep.equal([['content.json', 1000], ['master.m3u8', 300], ['v0'], ['v1']]);
      const below = String((await storage.find(cid, 'v1'))?.cid);
      expect(await list(below)).to.deep.equal([
        ['0.m4s', CHUNK],
        ['ä ü.m4s', 0],
      ]);
      const file = String((await storage.find(cid, 'v0/0.m4s'))?.cid);
      for (const none of [file, ABSENT, 'no CID']) {
        expect(await rejection(list(none)), none).to.be.instanceOf(MediaNotFound);
      }
    });

    it('have nothing at other paths, and no bytes of their own', async () => {
      const { cid } = await storage.addDirectory(entries(FILES));
      for (const path of ['nothing', 'v0/', '/v0', 'v0/0.m4s/0', '..', 'v0/../v1', '.', 'V0']) {
        expect(await storage.find(cid, path), path).to.equal(null);
      }
      expect(await storage.find(ABSENT, 'v0')).to.equal(null);
      for (const none of [cid, String((await storage.find(cid, 'v0'))?.cid)]) {
        expect(await rejection(whole(none, 1))).to.be.instanceOf(MediaNotFound);
      }
    });

    it('give the blocks of all levels, and are the roots of these', async () => {
      const { cid } = await storage.addDirectory(entries(FILES));
      const [leaf, small] = await Promise.all([cidOf([bytesOf(0, CHUNK)]), cidOf([bytesOf(0, 1000)])]);
      const folder = CID.parse(String((await storage.find(cid, 'v0'))?.cid));
      const tall = CID.parse(String((await storage.find(cid, 'v0/0.m4s'))?.cid));
      for (const block of [CID.parse(cid), folder, tall, leaf, small]) {
        verified(block, (await storage.block(block.toString())) ?? new Uint8Array());
        expect(await storage.rootsOf(block.toString()), block.toString()).to.deep.equal([cid]);
      }
    });

    it('share files with what else is kept, which stay when they go', async () => {
      const { cid } = await storage.addDirectory(entries(FILES));
      const other = await storage.addDirectory(entries({ a: CHUNK, b: 7 }));
      const single = await storage.add(file(2 * CHUNK + 17));
      const leaf = (await cidOf([bytesOf(0, CHUNK)])).toString();
      expect(await storage.stat(leaf)).to.equal(null);
      await storage.remove(cid);
      expect(await storage.stat(cid)).to.equal(null);
      expect(await storage.find(cid, 'v0')).to.equal(null);
      expect((await whole(leaf, CHUNK)).equals(bytesOf(0, CHUNK))).to.equal(true);
      expect((await whole(single.cid, 99)).equals(bytesOf(0, 99))).to.equal(true);
      await storage.remove(other.cid);
      expect(await rejection(whole(leaf, CHUNK))).to.be.instanceOf(MediaNotFound);
      await storage.addDirectory(entries(FILES));
      await expectWhole(cid);
    });

    it('leave single files that are theirs too, when these are removed', async () => {
      const { cid } = await storage.addDirectory(entries(FILES));
      const single = await storage.add(file(2 * CHUNK + 17));
      await storage.remove(single.cid);
      expect(await storage.stat(single.cid)).to.equal(null);
      await expectWhole(cid);
    });

    it('may be empty', async () => {
      const { cid, sizeBytes } = await storage.addDirectory(entries({}));
      expect(cid).to.equal('bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354');
      expect(await storage.stat(cid)).to.deep.equal({ kind: 'directory', sizeBytes });
    });

    it('may have empty ones in them', async () => {
      const { cid } = await storage.addDirectory(entries({ 'a/b': null, 'a/c': 1, 'a/b/d': null, e: null }));
      expect(cid).to.equal('bafybeib2dh3o42pbt4lwff5qpefm55ksi5zkdknyryvx3wexwpk24altpe');
      expect(await storage.find(cid, 'a/b/d')).to.include({ kind: 'directory' });
      expect(await storage.find(cid, 'e')).to.include({ kind: 'directory' });
    });

    it('are found through shards when they are large', async () => {
      const names = Object.keys(MANY);
      const { cid } = await storage.addDirectory(entries(MANY));
      expect(cid).to.equal(MANY_CID);
      for (const name of [names[0], names[512], names[1024]].map(String)) {
        expect(await storage.find(cid, name), name).to.include({ kind: 'file', sizeBytes: MANY[name] });
      }
      expect(await storage.find(cid, 'n')).to.equal(null);
      const listed = new Set<string>();
      for await (const { name } of storage.list(cid)) listed.add(name);
      expect([...listed].sort()).to.deep.equal(names);
    });

    it('leave nothing behind when a path is wrong, the source fails, or its reader gives up', async () => {
      const failing = async function* (): AsyncGenerator<DirectoryEntry> {
        yield* entries(FILES);
        throw new Error('broken');
      };
      const { cid } = ADDED;
      const wrong = entries({ ...FILES, 'a/../b': 1 });
      expect(await rejection(storage.addDirectory(wrong))).to.be.instanceOf(InvalidPath);
      expect(await rejection(storage.addDirectory(failing()))).to.have.property('message', 'broken');
      const refused = new Error('not this one');
      const beforeKept = () => Promise.reject(refused);
      expect(await rejection(storage.addDirectory(entries(FILES), { beforeKept }))).to.equal(refused);
      const abort = new AbortController();
      const content = new HangingSource();
      const hanging = async function* (): AsyncGenerator<DirectoryEntry> {
        yield* entries(FILES);
        yield { path: 'z', content };
      };
      const failure = rejection(storage.addDirectory(hanging(), { signal: abort.signal }));
      await content.hanging;
      abort.abort(refused);
      expect(await failure).to.equal(refused);
      expect(await storage.stat(cid)).to.equal(null);
      expect(await storage.find(cid, 'v0')).to.equal(null);
    });

    it('tell how far they are', async () => {
      const seen: number[] = [];
      await storage.addDirectory(entries({ a: 5, b: 0, c: 3 }), { onProgress: (bytes) => seen.push(bytes) });
      expect(seen).to.deep.equal([5, 8]);
    });
  });
}

/** Files of these sizes, each `file(size)`; directories where there is `null`. */
export async function* entries(
  files: Readonly<Record<string, number | null>>,
): AsyncGenerator<DirectoryEntry> {
  for (const [path, size] of Object.entries(files)) {
    yield { path, content: size === null ? null : file(size) };
  }
}
