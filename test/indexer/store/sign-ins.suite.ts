import { expect } from 'chai';
import type { Book } from '../../../indexer/store/book.ts';
import { NOON } from './samples.ts';

export function describeSignIns(book: () => Book): void {
  describe('spendNonce()', () => {
    const times = { expiresAtSec: NOON + 600, nowSec: NOON };

    it('is true once for each nonce', async () => {
      expect(await book().spendNonce('a', times)).to.equal(true);
      expect(await book().spendNonce('a', times)).to.equal(false);
      expect(await book().spendNonce('b', times)).to.equal(true);
    });

    it('is true for one of many at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => book().spendNonce('a', times)));
      expect(answers.filter((first) => first)).to.have.length(1);
    });

    it('remembers a nonce past its end, for processes whose clock is behind', async () => {
      await book().spendNonce('a', times);
      await book().spendNonce('b', { expiresAtSec: NOON + 2_000, nowSec: NOON + 1_500 });
      expect(await book().spendNonce('a', times)).to.equal(false);
    });

    it('forgets it in the end', async () => {
      await book().spendNonce('a', times);
      const later = NOON + 600 + 3_601;
      await book().spendNonce('b', { expiresAtSec: later + 600, nowSec: later });
      expect(await book().spendNonce('a', times)).to.equal(true);
    });
  });

  describe('keepSecret()', () => {
    it('answers the first one offered, whatever is offered later', async () => {
      expect(await book().keepSecret('session', 'first')).to.equal('first');
      expect(await book().keepSecret('session', 'second')).to.equal('first');
      expect(await book().keepSecret('other', 'second')).to.equal('second');
    });
  });
}
