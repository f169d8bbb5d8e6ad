import { expect } from 'chai';
import { balancedAsKubo } from '../../../indexer/media/unixfs/balanced-layout.ts';
import { LARGE_VECTORS } from './content.ts';
import { leavesOfZeros } from './zeros.ts';

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
