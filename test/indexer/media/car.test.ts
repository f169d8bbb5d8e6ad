import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as dagPb from '@ipld/dag-pb';
import { expect } from 'chai';
import { UnixFS } from 'ipfs-unixfs';
import { CID } from 'multiformats/cid';
import { addBlocks } from '../../../indexer/media/car/add-blocks.ts';
import { BadArchive } from '../../../indexer/media/car/errors.ts';
import { ReceivedBlocks } from '../../../indexer/media/car/received.ts';
import { MediaTooLarge } from '../../../indexer/media/storage.ts';
import { blocksOf } from '../../../indexer/media/unixfs/storage-blocks.ts';
import { cidOfNode } from '../../../indexer/media/unixfs/verify.ts';
import { rejection } from '../../rejection.ts';
import { BlockStorage } from '../http/gateway/block-storage.ts';
import { carOf } from './car-of.ts';
import { CHUNK } from './content.ts';
import { entries } from './directories.suite.ts';

const FILES: Record<string, number | null> = {
  'master.m3u8': 40,
  'v0/0.m4s': 3 * CHUNK + 17,
  'v0/copy.m4s': 3 * CHUNK + 17,
  'v0/nothing': 0,
  'odd names/ä "&%2F b': 9,
  empty: null,
  'deep/er/er': null,
};
/** So many and so long that they are sharded. */
const MANY = Object.fromEntries(
  Array.from({ length: 1_300 }, (_, n) => [`${'long '.repeat(50)}${n}`, n % 3]),
);

describe('an archive of blocks', () => {
  for (const [what, files] of [
    ['a directory of all kinds', FILES],
    ['a sharded directory', MANY],
    ['an empty directory', {}],
  ] as const) {
    it(`makes ${what}, whatever order and pieces it comes in`, async () => {
      const { cid, storage, header, sections } = await carOf(entries(files));
      const bytes = Buffer.concat([header, ...sections]);
      for (const size of [7, bytes.length]) {
        const added = await imported(pieces(bytes, size), cid);
        expect(added.cid).to.equal(cid);
        expect(added.to.below(cid)).to.deep.equal(storage.below(cid));
      }
    });
  }

  it('makes a file, also one below what it is of', async () => {
    const { cid, storage, header, sections } = await carOf(entries(FILES));
    const found = await storage.find(cid, 'v0/0.m4s');
    const added = await imported([header, ...sections], String(found?.cid));
    expect(added).to.include({ cid: found?.cid, sizeBytes: FILES['v0/0.m4s'] });
  });

  it('is refused where it is none, is cut short, or a bit of it flipped', async () => {
    const { cid, header, sections } = await carOf(entries(FILES));
    const whole = Buffer.concat([header, ...sections]);
    const flipped = Buffer.from(whole);
    const last = flipped.length - 1;
    flipped[last] = (flipped[last] ?? 0) ^ 1;
    const refused: [why: string, bytes: Buffer, told: RegExp][] = [
      ['nothing', Buffer.alloc(0), /no CAR of version 1/],
      ['text', Buffer.from('#EXTM3U and so on, for a while'), /no CAR of version 1|cut short/],
      ['version 2', Buffer.from('0aa16776657273696f6e02', 'hex'), /no CAR of version 1/],
      ['cut within a block', whole.subarray(0, -1), /cut short/],
      ['cut within a length', Buffer.concat([whole, Buffer.from([0x80])]), /cut short/],
      ['padded with zeros', Buffer.concat([whole, Buffer.alloc(9)]), /begins with no CID/],
      ['a block that is too large', Buffer.concat([whole, Buffer.from('8180808001', 'hex')]), /more than/],
      ['an endless length', Buffer.concat([whole, Buffer.alloc(9, 0xff)]), /a length that is none/],
      ['a flipped bit', flipped, /does not match its CID/],
    ];
    for (const [why, bytes, told] of refused) {
      const error = await rejection(imported(pieces(bytes, 100_000), cid));
      expect(error, why).to.be.instanceOf(BadArchive).with.property('message').that.matches(told);
    }
  });

  it('is refused with more blocks than it may have', async () => {
    const { cid, header, sections } = await carOf(entries(FILES));
    const some = [header, ...sections];
    const blocks = new Set(sections.map((section) => section.toString('latin1'))).size;
    await imported(some, cid, { maxBlocks: blocks });
    const error = await rejection(imported(some, cid, { maxBlocks: blocks - 1 }));
    expect(error).to.be.instanceOf(BadArchive).with.property('message').that.contains('blocks');
  });

  it('is refused without any one of its blocks', async () => {
    const { cid, header, sections } = await carOf(entries(FILES));
    for (const missing of sections.keys()) {
      const error = await rejection(imported([header, ...sections.toSpliced(missing, 1)], cid));
      expect(error)
        .to.be.instanceOf(BadArchive)
        .with.property('message')
        .that.matches(/lacks the block/);
    }
  });

  it('ends what few blocks make much of', async () => {
    const storage = new BlockStorage();
    let below = (await storage.addDirectory(entries({ a: 0 }))).cid;
    for (let level = 0; level < 40; level += 1) below = twice(storage, below);
    const bounded = { maxEntries: 1_000 };
    const error = await rejection(
      addBlocks(new BlockStorage(), blocksOf(storage), CID.parse(below), bounded),
    );
    expect(error)
      .to.be.instanceOf(BadArchive)
      .with.property('message')
      .that.matches(/more than 1000 entries/);
  });

  it('lets its bytes be looked at, who may end it', async () => {
    const { cid, header, sections } = await carOf(entries(FILES));
    const tooLarge = new MediaTooLarge({ maxBytes: 1 });
    // biome-ignore lint/correctness/useYield: it has nothing to say
    const through = async function* (content: AsyncIterable<Uint8Array>) {
      for await (const _ of content) throw tooLarge;
    };
    expect(await rejection(imported([header, ...sections], cid, { through }))).to.equal(tooLarge);
  });
});

async function imported(
  source: Iterable<Uint8Array>,
  cid: string,
  {
    maxBlocks,
    ...options
  }: {
    maxBlocks?: number;
    through?: (content: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  } = {},
) {
  const to = new BlockStorage();
  const path = join(tmpdir(), `car-${process.pid}`);
  await using spool = await open(path, 'w+');
  await rm(path);
  const blocks = await ReceivedBlocks.receive(asynchronous(source), spool, maxBlocks);
  return { to, ...(await addBlocks(to, blocks, CID.parse(cid), options)) };
}

/** A directory that names another one twice. */
function twice(storage: BlockStorage, below: string): string {
  const links = ['a', 'b'].map((Name) => ({ Name, Tsize: 0, Hash: CID.parse(below) }));
  const data = new UnixFS({ type: 'directory' }).marshal();
  const block = dagPb.encode(dagPb.prepare({ Data: data, Links: links }));
  const cid = cidOfNode(block);
  storage.blocks.set(Buffer.from(cid.multihash.digest).toString('hex'), block);
  return cid.toString();
}

async function* asynchronous<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
