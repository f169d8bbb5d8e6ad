import { expect } from 'chai';
import type { CID } from 'multiformats/cid';
import { cidOf } from '../../../indexer/storage/importer.ts';
import { balancedAsKubo } from '../../../indexer/storage/layout.ts';
import { CHUNK, LARGE_VECTORS } from './content.ts';

describe('balancedAsKubo()', () => {
  for (const { what, sizeBytes, cid } of LARGE_VECTORS) {
    it(`makes the tree that Kubo makes over ${what}`, async () => {
      const blocks = new Map<string, Uint8Array>();
      const layout = balancedAsKubo(async (node, block) => blocks.set(node.toString(), block));
      const root = await layout(leavesOfZeros(sizeBytes), () =>
        expect.fail('the layout makes its own nodes'),
      );
      expect(root.cid.toString()).to.equal(cid);
      expect(blocks.has(cid)).to.equal(true);
    });
  }
});

async function* leavesOfZeros(sizeBytes: number) {
  const whole = { cid: await cidOf([Buffer.alloc(CHUNK)]), size: BigInt(CHUNK) };
  for (let left = sizeBytes; left > 0; left -= CHUNK) {
    yield left >= CHUNK ? whole : { cid: await zeros(left), size: BigInt(left) };
  }
}

function zeros(sizeBytes: number): Promise<CID> {
  return cidOf([Buffer.alloc(sizeBytes)]);
}
