import { expect } from 'chai';
import type { Book } from '../../../indexer/store/book.ts';
import { CID, CREATOR } from './samples.ts';

const SEALED = { sealed: 'c2VhbGVk', kid: 'a-key' };
const OTHER = `0x${'0d'.repeat(20)}`;

export function describeContentSecrets(book: () => Book): void {
  describe('secrets that creators bring', () => {
    it('are kept once, whatever the case of the wallet', async () => {
      expect(await book().bringSecret(CID, CREATOR, SEALED)).to.equal(true);
      expect(
        await book().bringSecret(CID, CREATOR.toLowerCase(), { ...SEALED, sealed: 'b3RoZXI=' }),
      ).to.equal(true);
      expect(await book().contentSecret(CID, CREATOR)).to.deep.equal(SEALED);
      expect(await book().sealedUnder()).to.deep.equal(['a-key']);
      expect(await book().isSecretOfAnother(CID, CREATOR)).to.equal(false);
    });

    it('are of one creator', async () => {
      await book().bringSecret(CID, CREATOR, SEALED);
      expect(await book().isSecretOfAnother(CID, OTHER)).to.equal(true);
      expect(await book().bringSecret(CID, OTHER, SEALED)).to.equal(false);
      expect(await book().contentSecret(CID, OTHER)).to.equal(null);
    });
  });
}
