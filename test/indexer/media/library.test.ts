import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { createMediaLibrary, type MediaLibrary, type StorageName } from '../../../indexer/media/library.ts';
import { MediaNotFound, type MediaStorage, MediaTooLarge } from '../../../indexer/media/storage.ts';
import { rejection } from '../../rejection.ts';
import { bytesOf, collect, file } from './content.ts';
import { directoryOf, type EthStorageWorld, ethStorageWorld } from './ethstorage/world.ts';

const MOST = 30_000;

describe('createMediaLibrary()', () => {
  let world: EthStorageWorld;
  let folder: string;
  let ipfs: MediaStorage;
  let ethstorage: MediaStorage;
  let library: MediaLibrary;
  let size = 25_000;

  before(async () => {
    world = await ethStorageWorld();
    folder = await mkdtemp(join(tmpdir(), 'library-'));
    ipfs = await openFileStorage({ folder: folder, log: () => undefined });
    ethstorage = await world.storage(await world.newFolder(), { maxBytes: MOST });
    library = createMediaLibrary({ ipfs, ethstorage, default: 'ipfs' });
  });
  after(async () => {
    await library.close();
    await world.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    size += 1;
  });

  async function holders(cid: string): Promise<StorageName[]> {
    const held = await Promise.all([ipfs.stat(cid), ethstorage.stat(cid)]);
    return (['ipfs', 'ethstorage'] as const).filter((_, index) => held[index] !== null);
  }

  /** `file(size)`, which ends only when `into` is said, as a form that names the storage after the file. */
  function said(name: StorageName | undefined, bytes = size) {
    const into = Promise.withResolvers<StorageName | undefined>();
    async function* source() {
      yield* file(bytes, 1_000);
      into.resolve(name);
      await into.promise;
    }
    return { source: source(), into: into.promise };
  }

  it('takes a file where the default says', async () => {
    expect(await holders((await library.add(file(size))).cid)).to.deep.equal(['ipfs']);
    const other = createMediaLibrary({ ipfs, ethstorage, default: 'ethstorage' });
    const { cid, web3Url } = await other.add(file(size + 10));
    expect(await holders(cid)).to.deep.equal(['ethstorage']);
    expect(web3Url).to.match(/^web3:/);
  });

  for (const name of ['ipfs', 'ethstorage'] as const) {
    it(`takes a file to ${name} when that is known before`, async () => {
      const { cid } = await library.add(file(size), { into: Promise.resolve(name) });
      expect(await holders(cid)).to.deep.equal([name]);
    });

    it(`takes a file to ${name} alone when that is said after it`, async () => {
      const seen: number[] = [];
      const { source, into } = said(name);
      const { cid, sizeBytes } = await library.add(source, { into, onProgress: (bytes) => seen.push(bytes) });
      expect(sizeBytes).to.equal(size);
      expect(seen.at(-1)).to.equal(size);
      expect(await holders(cid)).to.deep.equal([name]);
      expect(
        (await collect(library.read(cid, { offset: 0, length: size }))).equals(bytesOf(0, size)),
      ).to.equal(true);
    });
  }

  for (const name of ['ipfs', 'ethstorage'] as const) {
    for (const when of ['before', 'after'] as const) {
      it(`asks once before it keeps a file in ${name}, said ${when} it, and keeps none that is refused`, async () => {
        const seen: unknown[] = [];
        const refused = new Error('not this one');
        const beforeKept = async (media: unknown) => {
          seen.push(media);
          if (seen.length === 1) throw refused;
        };
        const add = () => {
          const { source, into } = said(name);
          const told = when === 'before' ? { into: Promise.resolve(name) } : { into };
          return library.add(source, { ...told, beforeKept });
        };
        const { transactions } = await world.spentDuring(async () => {
          expect(await rejection(add())).to.equal(refused);
        });
        expect(transactions).to.equal(0);
        const { cid, sizeBytes } = await add();
        expect(seen).to.deep.equal([
          { cid, sizeBytes },
          { cid, sizeBytes },
        ]);
        expect(await holders(cid)).to.deep.equal([name]);
      });
    }
  }

  it('sends nothing to the chain for a file that goes elsewhere', async () => {
    const { source, into } = said(undefined);
    const { transactions } = await world.spentDuring(() => library.add(source, { into }));
    expect(transactions).to.equal(0);
  });

  it('takes a file that is too large for EthStorage, unless it is for EthStorage', async () => {
    const elsewhere = said('ipfs', MOST + 1);
    const { cid } = await library.add(elsewhere.source, { into: elsewhere.into });
    expect(await holders(cid)).to.deep.equal(['ipfs']);
    const there = said('ethstorage', MOST + 2);
    const failure = await rejection(library.add(there.source, { into: there.into }));
    expect(failure).to.be.instanceOf(MediaTooLarge).with.property('maxBytes', MOST);
  });

  it('leaves nothing anywhere of a file whose source fails, or whose storage is never said', async () => {
    const broken = new Error('broken');
    async function* failing() {
      yield* file(size);
      throw broken;
    }
    const never = new Promise<undefined>(() => undefined);
    expect(await rejection(library.add(failing(), { into: never }))).to.equal(broken);
    const reason = new Error('no');
    const refused = Promise.reject(reason);
    refused.catch(() => undefined);
    expect(await rejection(library.add(file(size), { into: refused }))).to.equal(reason);
    const { cid } = await library.add(file(size));
    await library.remove(cid);
    expect(await holders(cid)).to.deep.equal([]);
  });

  it('reads a file from whichever has it, and removes it from both', async () => {
    const { cid } = await ipfs.add(file(size));
    await ethstorage.add(file(size));
    await ipfs.remove(cid);
    expect(await library.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: size });
    expect((await collect(library.read(cid, { offset: 5, length: 9 }))).equals(bytesOf(5, 9))).to.equal(true);
    await ipfs.add(file(size));
    await library.remove(cid);
    expect(await holders(cid)).to.deep.equal([]);
    const failure = await rejection(collect(library.read(cid, { offset: 0, length: 1 })));
    expect(failure).to.be.instanceOf(MediaNotFound);
  });

  it('has no media at the address of a directory', async () => {
    const { web3Url } = await ethstorage.add(file(size));
    expect(await library.stat(directoryOf(web3Url))).to.equal(null);
  });
});
