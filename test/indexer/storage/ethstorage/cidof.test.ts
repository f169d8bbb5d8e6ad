import { expect } from 'chai';
import { cidOf } from '../../../../indexer/storage/ethstorage/cidof.ts';
import { KUBO_VECTORS } from '../content.ts';

describe('cidOf()', () => {
  for (const { what, content, cid } of KUBO_VECTORS) {
    it(`gives ${what} the CID that ipfs add --cid-version=1 gives it`, async () => {
      expect(await cidOf(content())).to.equal(cid);
    });
  }
});
