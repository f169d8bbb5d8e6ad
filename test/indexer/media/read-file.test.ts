import * as dagPb from '@ipld/dag-pb';
import { expect } from 'chai';
import { UnixFS } from 'ipfs-unixfs';
import { importByteStream } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced, trickle } from 'ipfs-unixfs-importer/layout';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { sha256 } from 'multiformats/hashes/sha2';
import { fileSizeBytes, readFileBytes } from '../../../indexer/media/unixfs/read-file.ts';
import { BlockDamaged, type VerifiedBlocks, verified } from '../../../indexer/media/unixfs/verify.ts';
import { rejection } from '../../rejection.ts';
import { bytesOf, collect, file } from './content.ts';

const SIZE = 10_007;
const CHUNK_BYTES = 100;

/** Blocks in memory, that count what is asked of them. */
class Blocks implements VerifiedBlocks {
  readonly #blocks = new Map<string, Uint8Array>();
  asked = 0;

  async put(cid: CID, block: Uint8Array): Promise<CID> {
    this.#blocks.set(cid.toString(), block);
    return cid;
  }

  async read(cid: CID): Promise<Uint8Array> {
    this.asked += 1;
    const block = this.#blocks.get(cid.toString());
    if (!block) throw new BlockDamaged(cid, 'is missing');
    return verified(cid, block);
  }

  async putRaw(bytes: Uint8Array): Promise<CID> {
    return this.put(CID.createV1(raw.code, await sha256.digest(bytes)), bytes);
  }

  async putNode(unixfs: UnixFS, links: CID[]): Promise<CID> {
    const block = dagPb.encode({ Data: unixfs.marshal(), Links: links.map((Hash) => ({ Hash })) });
    return this.put(CID.createV1(dagPb.code, await sha256.digest(block)), block);
  }
}

const SHAPES = [
  ['raw leaves', { rawLeaves: true }],
  ['leaves of CIDv0', { rawLeaves: false, cidVersion: 0 }],
  ['leaves of type raw', { rawLeaves: false, leafType: 'raw' }],
  ['two levels of children', { rawLeaves: true, layout: balanced({ maxChildrenPerNode: 7 }) }],
  ['CIDv0 in two levels', { rawLeaves: false, cidVersion: 0, layout: balanced({ maxChildrenPerNode: 7 }) }],
  ['a trickle', { rawLeaves: false, leafType: 'raw', layout: trickle({ maxChildrenPerNode: 3 }) }],
] as const;

describe('readFileBytes()', () => {
  it('reads little ahead of many slow readers', async () => {
    const blocks = new Blocks();
    const chunker = fixedSize({ chunkSize: CHUNK_BYTES });
    const { cid } = await importByteStream(file(SIZE), blocks, { rawLeaves: true, chunker });
    const range = { offset: 0, length: SIZE };
    const readers = Array.from({ length: 650 }, () => readFileBytes(blocks, cid, range));
    const before = blocks.asked;
    for (const reader of readers) await reader.next();
    const rootAndLeaf = 2 * readers.length;
    expect(blocks.asked - before).to.be.within(rootAndLeaf, rootAndLeaf + 64);
    await Promise.all(readers.map((reader) => reader.return(undefined)));
    const again = readFileBytes(blocks, cid, range);
    const asked = blocks.asked;
    await again.next();
    expect(blocks.asked - asked, 'of who may want no more').to.equal(2);
    await again.next();
    expect(blocks.asked - asked, 'of who goes on').to.be.above(3);
    await again.return(undefined);
  });

  for (const [what, options] of SHAPES) {
    it(`gives any range of a file of ${what}`, async () => {
      const blocks = new Blocks();
      const chunker = fixedSize({ chunkSize: CHUNK_BYTES });
      const { cid } = await importByteStream(file(SIZE), blocks, { ...options, chunker });
      expect(fileSizeBytes(cid, await blocks.read(cid))).to.equal(SIZE);
      for (const [offset, length] of [
        [0, SIZE],
        [0, 1],
        [SIZE - 1, 1],
        [99, 2],
        [650, 3000],
        [9_999, 8],
      ] as const) {
        const bytes = await collect(readFileBytes(blocks, cid, { offset, length }));
        expect(bytes.equals(bytesOf(offset, length)), `${offset} + ${length}`).to.equal(true);
      }
    });
  }

  it('reads at most four leaves ahead of its reader, and none after it has stopped', async () => {
    const blocks = new Blocks();
    const chunker = fixedSize({ chunkSize: CHUNK_BYTES });
    const { cid } = await importByteStream(file(SIZE), blocks, { chunker });
    const reading = readFileBytes(blocks, cid, { offset: 0, length: SIZE });
    const root = 1;
    for (let read = 1; read <= 10; read += 1) {
      await reading.next();
      expect(blocks.asked).to.be.at.most(root + read + 4);
    }
    const asked = blocks.asked;
    await reading.return(undefined);
    expect(blocks.asked).to.equal(asked);
  });

  it('aborts what it reads ahead when its reader stops', async () => {
    const blocks = new Blocks();
    const chunker = fixedSize({ chunkSize: CHUNK_BYTES });
    const { cid } = await importByteStream(file(SIZE), blocks, { chunker });
    const signals = new Set<AbortSignal | undefined>();
    const watching: VerifiedBlocks = {
      read: (block, signal) => {
        signals.add(signal);
        return blocks.read(block);
      },
    };
    for await (const _ of readFileBytes(watching, cid, { offset: 0, length: SIZE })) break;
    expect([...signals].map((signal) => signal?.aborted)).to.deep.equal([true]);
  });

  const lies: [what: string, sizes: number[], at: 'leaf' | 'root'][] = [
    ['longer', [90, 100], 'leaf'],
    ['shorter', [110, 100], 'leaf'],
    ['fewer', [100, 100, 100], 'root'],
    ['more', [100], 'root'],
  ];
  for (const [what, sizes, at] of lies) {
    it(`gives no byte of leaves that are ${what} than their node says`, async () => {
      const blocks = new Blocks();
      const leaf = await blocks.putRaw(bytesOf(0, 100));
      const unixfs = new UnixFS({ type: 'file', blockSizes: sizes.map(BigInt) });
      const root = await blocks.putNode(unixfs, [leaf, await blocks.putRaw(bytesOf(100, 100))]);
      const failure = await rejection(collect(readFileBytes(blocks, root, { offset: 0, length: 50 })));
      const cid = { leaf, root }[at].toString();
      expect(failure).to.be.instanceOf(BlockDamaged).with.property('cid', cid);
    });
  }

  it('gives no byte of a node that is longer than the node above says', async () => {
    const blocks = new Blocks();
    const leaf = await blocks.putRaw(bytesOf(0, 100));
    const node = await blocks.putNode(new UnixFS({ type: 'file', blockSizes: [100n, 100n] }), [leaf, leaf]);
    const root = await blocks.putNode(new UnixFS({ type: 'file', blockSizes: [150n] }), [node]);
    const failure = await rejection(collect(readFileBytes(blocks, root, { offset: 0, length: 50 })));
    expect(failure).to.be.instanceOf(BlockDamaged).with.property('cid', node.toString());
  });

  it('rejects a folder inside a file', async () => {
    const blocks = new Blocks();
    const folder = await blocks.putNode(new UnixFS({ type: 'directory' }), []);
    const root = await blocks.putNode(new UnixFS({ type: 'file', blockSizes: [100n] }), [folder]);
    const failure = await rejection(collect(readFileBytes(blocks, root, { offset: 0, length: 100 })));
    expect(failure).to.be.instanceOf(BlockDamaged).with.property('cid', folder.toString());
  });
});

describe('fileSizeBytes()', () => {
  it('is null for what is no file', async () => {
    const blocks = new Blocks();
    const folder = await blocks.putNode(new UnixFS({ type: 'directory' }), []);
    expect(fileSizeBytes(folder, await blocks.read(folder))).to.equal(null);
    const cbor = CID.createV1(0x71, await sha256.digest(Uint8Array.of(0xa0)));
    expect(fileSizeBytes(cbor, Uint8Array.of(0xa0))).to.equal(null);
    const garbage = CID.createV1(dagPb.code, await sha256.digest(Uint8Array.of(1, 2, 3)));
    expect(fileSizeBytes(garbage, Uint8Array.of(1, 2, 3))).to.equal(null);
  });
});
