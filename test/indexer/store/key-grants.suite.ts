import { expect } from 'chai';
import type { AskedKey, Book, KeptKeyGrant } from '../../../indexer/store/book.ts';
import { CID, CONTENT_ID, CONTRACT, hash, NOON, PROVIDER } from './samples.ts';

const WEEK = 7 * 86_400;
const OTHER = `0x${'0e'.repeat(20)}`;
const shouted = (text: string) => text.toUpperCase().replace('0X', '0x');
const wallet = (nth: number) => `0x${nth.toString(16).padStart(40, '0')}`;

export function describeKeyGrants(book: () => Book): void {
  const key = { contract: CONTRACT, contentId: CONTENT_ID, provider: PROVIDER };
  const grant = (change: Partial<KeptKeyGrant> = {}) =>
    book().keepKeyGrant({
      ...{ ...key, cidKey: CID, expiresAtSec: NOON + 60, signature: '0x5a', keptAtSec: NOON, ...change },
    });
  const ask = (change: Partial<AskedKey> = {}) => {
    const times = { askedAtSec: NOON, untilSec: NOON + WEEK };
    return book().rememberKeyRequest({ ...key, cidKey: CID, client: '10.0.0.1', ...times, ...change });
  };

  describe('grants of keys', () => {
    it('are kept until they end, whoever spells the addresses how', async () => {
      await grant({ contract: shouted(CONTRACT), provider: shouted(PROVIDER) });
      const kept = { ...key, cidKey: CID, expiresAtSec: NOON + 60, signature: '0x5a', keptAtSec: NOON };
      expect(await book().keyGrant({ ...key, provider: shouted(PROVIDER) }, NOON + 59)).to.deep.equal({
        ...{ ...kept, givenAtSec: null },
      });
      await book().noteKeyGiven(key, NOON + 5);
      expect(await book().keyGrantsOf(CID, NOON)).to.deep.equal([{ ...kept, givenAtSec: NOON + 5 }]);
      expect(await book().keyGrant(key, NOON + 60)).to.equal(null);
      expect(await book().keyGrantsOf(CID, NOON + 60)).to.deep.equal([]);
      expect(await book().keyGrant({ ...key, provider: OTHER }, NOON)).to.equal(null);
    });

    it('give way to one that ends later, and not to one that ends before', async () => {
      for (const [at, signature] of [
        [60, '0x60'],
        [30, '0x30'],
        [90, '0x90'],
      ] as const)
        await grant({ expiresAtSec: NOON + at, signature });
      expect((await book().keyGrant(key, NOON))?.signature).to.equal('0x90');
    });

    it('are bounded for a content: the one that ends first goes', async () => {
      for (let nth = 1; nth <= 1_001; nth += 1)
        await grant({ provider: wallet(nth), expiresAtSec: NOON + nth });
      expect(await book().keyGrantsOf(CID, NOON)).to.have.length(1_000);
      expect(await book().keyGrant({ ...key, provider: wallet(1) }, NOON)).to.equal(null);
    });
  });

  describe('requests of keys', () => {
    it('are used once', async () => {
      const use = (digest: string, expiresAtSec = NOON) =>
        book().spendKeyRequest(digest, { expiresAtSec, nowSec: NOON });
      expect(await use(hash('asked'))).to.equal(true);
      expect(await use(shouted(hash('asked')))).to.equal(false);
      expect(await use(hash('another'))).to.equal(true);
    });

    it('are remembered once, renewed, and ended by the grant or by their time', async () => {
      expect(await ask()).to.equal(true);
      expect(await ask({ provider: shouted(PROVIDER), askedAtSec: NOON + 9 })).to.equal(true);
      await ask({ provider: OTHER });
      const shown = async (nowSec = NOON) =>
        (await book().keyRequestsOf(CID, nowSec)).map(({ provider, askedAtSec }) => [provider, askedAtSec]);
      expect(await shown()).to.deep.equal([
        [PROVIDER, NOON + 9],
        [OTHER, NOON],
      ]);
      await grant();
      expect(await shown()).to.deep.equal([[OTHER, NOON]]);
      expect(await shown(NOON + WEEK)).to.deep.equal([]);
    });

    it('are bounded: of a content the oldest gives way, of a client and of a provider no more come', async () => {
      for (let nth = 1; nth <= 101; nth += 1)
        await ask({ provider: wallet(nth), client: `10.0.1.${nth}`, askedAtSec: NOON + nth });
      const asked = await book().keyRequestsOf(CID, NOON);
      expect(asked).to.have.length(100);
      expect(asked.at(-1)?.provider).to.equal(wallet(2));
      const many = async (change: (nth: number) => Partial<AskedKey>) => {
        let taken = 0;
        while (taken < 200 && (await ask({ contentId: hash(taken), cidKey: `${taken}`, ...change(taken) }))) {
          taken += 1;
        }
        return taken;
      };
      expect(await many((nth) => ({ client: '10.0.0.2', provider: wallet(1_000 + nth) }))).to.equal(50);
      expect(await many((nth) => ({ client: `10.0.2.${nth}`, provider: OTHER }))).to.equal(100);
    });
  });
}
