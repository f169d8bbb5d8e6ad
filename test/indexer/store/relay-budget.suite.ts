import { expect } from 'chai';
import type { Book, RelayGas } from '../../../indexer/store/book.ts';

const WALLET = '0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa';
const OTHER = '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB';

export function describeRelayBudget(book: () => Book): void {
  describe('countRelayGas()', () => {
    const count = (gas: bigint, change: Partial<RelayGas> = {}) => {
      const entry = { day: '2026-01-02', wallet: WALLET, gas, dayLimit: 100n, walletLimit: 60n };
      return book().countRelayGas({ ...entry, ...change });
    };

    it("refuses what would take the wallet's count over its limit, and does not count it", async () => {
      expect(await count(61n)).to.equal('wallet');
      expect(await count(60n)).to.equal(null);
      expect(await count(1n, { wallet: WALLET.toLowerCase() })).to.equal('wallet');
    });

    it("refuses what would take the day's sum over its limit", async () => {
      await count(60n);
      expect(await count(41n, { wallet: OTHER })).to.equal('day');
      expect(await count(40n, { wallet: OTHER })).to.equal(null);
    });

    it('gives back what was not needed, whatever the limits', async () => {
      await count(60n);
      expect(await count(-20n, { dayLimit: 0n, walletLimit: 0n })).to.equal(null);
      expect(await count(20n)).to.equal(null);
      expect(await count(1n)).to.equal('wallet');
    });

    it('begins anew on the next day', async () => {
      await count(60n);
      expect(await count(60n, { day: '2026-01-03' })).to.equal(null);
    });

    it('counts right when many ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 9 }, () => count(10n)));
      expect(answers.filter((answer) => answer === null)).to.have.length(6);
    });
  });
}
