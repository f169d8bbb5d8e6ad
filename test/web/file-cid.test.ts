import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFileStorage } from '../../indexer/media/files/files.ts';
import type { MediaStorage } from '../../indexer/media/storage.ts';
import { AS_KUBO, fileCid } from '../../web/src/publish/file-cid.ts';

import { LARGE_VECTORS } from '../indexer/media/content.ts';
import { leavesOfZeros } from '../indexer/media/zeros.ts';

const CHUNK = 262_144;

/** Bytes that differ from block to block, in pieces as a browser's file stream gives them. */
async function* bytes(size: number, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += piece) {
    const part = new Uint8Array(Math.min(piece, size - at));
    for (let i = 0; i < part.length; i += 1) part[i] = ((at + i) % 251) ^ (((at + i) >> 16) % 256);
    yield part;
  }
}

describe('the CID that the page computes', () => {
  let dataDir: string;
  let storage: MediaStorage;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'page-cid-'));
    storage = await openFileStorage({ folder: dataDir, log: () => undefined });
  });
  after(async () => {
    await storage.close();
    await rm(dataDir, { recursive: true });
  });

  const sizes: [what: string, bytes: number][] = [
    ['one byte', 1],
    ['one byte less than a block', CHUNK - 1],
    ['one block', CHUNK],
    ['a block and a byte', CHUNK + 1],
    ['as many blocks as one node links', 174 * CHUNK],
    ['one block more than one node links', 174 * CHUNK + 1],
  ];
  for (const [what, size] of sizes) {
    it(`is the host's, for ${what}`, async () => {
      const { cid } = await storage.add(bytes(size, 65_536));
      expect(await fileCid(bytes(size, 65_536))).to.equal(cid);
    });
  }

  for (const { what, sizeBytes, cid } of LARGE_VECTORS) {
    it(`is Kubo's, for ${what}`, async () => {
      const noNode = () => expect.fail('the layout makes its own nodes');
      expect((await AS_KUBO.layout(leavesOfZeros(sizeBytes), noNode)).cid.toString()).to.equal(cid);
    });
  }

  it('does not depend on the pieces in which the file is read', async () => {
    const size = 3 * CHUNK + 17;
    const cids = await Promise.all([1_000_003, CHUNK, 4_099].map((piece) => fileCid(bytes(size, piece))));
    expect(new Set(cids).size).to.equal(1);
  });
});
