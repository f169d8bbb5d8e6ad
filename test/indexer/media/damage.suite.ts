import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { BlockDamaged } from '../../../indexer/media/unixfs/verify.ts';
import { bytesOf, CHUNK, file } from './content.ts';
import type { OpenedBlocks } from './suite.ts';

const SIZE = 9 * CHUNK + 1234;
const DAMAGED_CHUNK = 6;

/** What can become of a block, and what is told of it then. */
export type Damage = [what: string, damage: (path: string) => Promise<void>, told: RegExp];

/** Of one that has a file of its own. */
export const BLOCK_DAMAGES: readonly Damage[] = [
  ['with a bit that flipped', flipBit, / does not match its CID$/],
  ['that is cut short', (path) => truncate(path, 1000), / does not match its CID$/],
  ['that is empty', (path) => truncate(path), / does not match its CID$/],
  ['that is missing', (path) => rm(path), / is missing$/],
];

/** What was promised of every block: the right bytes or none. */
export function describeDamage(name: string, open: () => Promise<OpenedBlocks>): void {
  describe(`MediaStorage: ${name}: damage`, () => {
    let opened: OpenedBlocks;
    let storage: MediaStorage;
    let cid: string;
    let damaged: string;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
      cid = (await storage.add(file(SIZE))).cid;
      damaged = (await cidOf([bytesOf(DAMAGED_CHUNK * CHUNK, CHUNK)])).toString();
    });
    afterEach(() => opened.dispose());

    for (const [what, damage, told] of BLOCK_DAMAGES) {
      it(`ends the reading at a block ${what}`, async () => {
        await damage(opened.blockFile(damaged));
        const { bytes, error } = await readUntilError(storage, cid, SIZE);
        expect(bytes.equals(bytesOf(0, DAMAGED_CHUNK * CHUNK))).to.equal(true);
        expect(error).to.be.instanceOf(BlockDamaged).with.property('cid', damaged);
        expect(error).to.have.property('message').that.matches(told);
      });

      it(`gives no byte of a file whose root is a block ${what}`, async () => {
        await damage(opened.blockFile(cid));
        const { bytes, error } = await readUntilError(storage, cid, SIZE);
        expect(bytes).to.have.length(0);
        expect(error).to.be.instanceOf(BlockDamaged).with.property('cid', cid);
        expect(error).to.have.property('message').that.matches(told);
      });
    }

    it('is healed by a second upload of the file', async () => {
      await flipBit(opened.blockFile(damaged));
      expect((await storage.add(file(SIZE))).cid).to.equal(cid);
      const { bytes, error } = await readUntilError(storage, cid, SIZE);
      expect(error).to.equal(null);
      expect(bytes.equals(bytesOf(0, SIZE))).to.equal(true);
    });

    it('gives what lies beside the damage', async () => {
      await rm(opened.blockFile(damaged));
      for (const [offset, length] of [
        [0, DAMAGED_CHUNK * CHUNK],
        [(DAMAGED_CHUNK + 1) * CHUNK, 2 * CHUNK + 1234],
      ] as const) {
        const { bytes, error } = await readUntilError(storage, cid, length, offset);
        expect(error).to.equal(null);
        expect(bytes.equals(bytesOf(offset, length))).to.equal(true);
      }
    });
  });
}

export async function readUntilError(storage: MediaStorage, cid: string, length: number, offset = 0) {
  const pieces: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for await (const piece of storage.read(cid, { offset, length })) pieces.push(piece);
  } catch (caught) {
    error = caught;
  }
  return { bytes: Buffer.concat(pieces), error };
}

async function flipBit(path: string): Promise<void> {
  const block = await readFile(path);
  const middle = block.length >> 1;
  block[middle] = (block[middle] ?? 0) ^ 1;
  await writeFile(path, block);
}
