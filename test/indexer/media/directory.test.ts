import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { sha256 } from 'multiformats/hashes/sha2';
import { InvalidPath } from '../../../indexer/media/storage.ts';
import { DirectoryBuilder } from '../../../indexer/media/unixfs/directory-build.ts';
import {
  type DirectoryBlocks,
  findBelow,
  listDirectory,
  mediaStat,
} from '../../../indexer/media/unixfs/directory-read.ts';
import { BlockDamaged } from '../../../indexer/media/unixfs/verify.ts';
import { rejection } from '../../rejection.ts';

const SMALL = ['v0/index.m3u8', 'v0/0.m4s', 'v0/1.m4s', 'v1/index.m3u8', 'master.m3u8', 'content.json'];
const ODD = ['ä ü/ö.txt', 'Z', 'a', 'a.b', 'a-b', '😀'];
/** Of 64 bytes each in the sum that decides whether a directory is sharded: 4,096 of them are its limit. */
const names = (count: number, lastLength: number) => [
  ...Array.from({ length: count - 1 }, (_, index) => `n${String(index).padStart(27, '0')}`),
  'x'.repeat(lastLength),
];
const SEGMENTS = Array.from({ length: 20_000 }, (_, index) => `segments/${index}.m4s`);

/** What `ipfs add -r --cid-version=1` of Kubo 0.43 answers, where each file holds its path. */
const VECTORS: [what: string, paths: string[], cid: string][] = [
  ['an empty directory', [], 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'],
  [
    'names of all kinds, two levels',
    [...SMALL, ...ODD],
    'bafybeibqrajcomjcslknatqqoz3p4mwqzajigk4pyndm4own7edzevrzxm',
  ],
  [
    'as much as fits one node',
    names(4096, 28),
    'bafybeiclrxkqnmqda4gaibcaeem7epl2shnyim662nifqsxovy4bkbhjou',
  ],
  ['a byte more', names(4096, 29), 'bafybeiek4dci7whmzv44mdniey5alpfm5vac57jf6td76nbuyfscsozyqy'],
  ['shards below shards', SEGMENTS, 'bafybeihlzi6f4fcug5rdbsjs4xdmyoqpuqre666navsffcf6omkiienygu'],
];

describe('a directory', () => {
  for (const [what, paths, cid] of VECTORS) {
    it(`has the CID that ipfs add -r --cid-version=1 gives it: ${what}`, async () => {
      expect((await built(paths)).root.toString()).to.equal(cid);
    });
  }

  it('has one CID in whatever order its files come', async () => {
    const paths = [...SMALL, ...ODD];
    expect((await built(paths.toReversed())).root.equals((await built(paths)).root)).to.equal(true);
  });

  it('says its size with all blocks below it, as Kubo does', async () => {
    const { blocks, root, dagBytes } = await built([...SMALL, ...ODD]);
    expect(await blocks.stat(root)).to.deep.equal({ kind: 'directory', sizeBytes: dagBytes });
    const below = [...blocks.all.values()].reduce((sum, { length }) => sum + length, 0);
    expect(dagBytes).to.equal(below);
  });

  for (const [what, paths] of [
    ['one node', [...SMALL, ...ODD]],
    ['shards', SEGMENTS],
  ] as const) {
    it(`is found through and listed: ${what}`, async () => {
      const { blocks, root } = await built(paths);
      for (const path of paths.slice(0, 50)) {
        const found = await findBelow(blocks, root, path);
        expect(found, path).to.include({ kind: 'file', sizeBytes: Buffer.byteLength(path) });
        expect(await found?.cid).to.equal((await rawCid(path)).toString());
      }
      for (const path of [
        'nothing',
        'segments/20000.m4s',
        'v0/index.m3u8/',
        '/Z',
        'Z/Z',
        'v0//0.m4s',
        '..',
      ]) {
        expect(await findBelow(blocks, root, path), path).to.equal(null);
      }
      const [first = ''] = paths;
      const folder = first.slice(0, first.indexOf('/'));
      const found = await findBelow(blocks, root, folder);
      expect(found).to.include({ kind: 'directory' });
      const listed: string[] = [];
      for await (const { name } of listDirectory(blocks, CID.parse(String(found?.cid)))) listed.push(name);
      const expected = paths.filter((path) => path.startsWith(`${folder}/`));
      expect(listed.map((name) => `${folder}/${name}`).sort()).to.deep.equal(expected.toSorted());
    });
  }

  const WRONG: [what: string, paths: string[]][] = [
    ['no name', ['']],
    ['a path from the root', ['/a']],
    ['a folder alone', ['a/']],
    ['no name in between', ['a//b']],
    ['itself', ['./a']],
    ['its parent', ['a/../b']],
    ['a zero byte', ['a\0b']],
    ['half a sign', ['\ud800']],
    ['a file twice', ['a', 'a']],
    ['a file below a file', ['a', 'a/b']],
    ['a file where a folder is', ['a/b', 'a']],
  ];
  for (const [what, paths] of WRONG) {
    it(`takes no path that is ${what}`, () => {
      const builder = new DirectoryBuilder();
      expect(() => paths.map((path) => builder.place(path)))
        .to.throw(InvalidPath)
        .with.property('path', paths.at(-1));
    });
  }

  it('is not read from a block that is no directory', async () => {
    const { blocks } = await built(['a']);
    const file = await rawCid('a');
    const reading = listDirectory(blocks, file);
    expect(await rejection(reading.next())).to.be.instanceOf(BlockDamaged);
  });
});

async function rawCid(text: string): Promise<CID> {
  return CID.createV1(raw.code, await sha256.digest(Buffer.from(text)));
}

class Blocks implements DirectoryBlocks {
  readonly all = new Map<string, Uint8Array>();

  async read(cid: CID): Promise<Uint8Array> {
    const block = this.all.get(cid.toString());
    if (!block) throw new BlockDamaged(cid, 'is missing');
    return block;
  }

  async stat(cid: CID) {
    return mediaStat(cid, await this.read(cid));
  }
}

async function built(paths: readonly string[]) {
  const builder = new DirectoryBuilder();
  const blocks = new Blocks();
  for (const path of paths) {
    const cid = await rawCid(path);
    blocks.all.set(cid.toString(), Buffer.from(path));
    builder.place(path)({ cid, dagBytes: Buffer.byteLength(path) });
  }
  const { cid: root, dagBytes } = builder.build((cid, block) => blocks.all.set(cid.toString(), block));
  return { blocks, root, dagBytes };
}
