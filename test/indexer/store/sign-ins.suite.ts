import { expect } from 'chai';
import type { Store } from '../../../indexer/store/store.ts';
import { NOON } from './samples.ts';

export function describeSignIns(store: () => Store): void {
  describe('spendNonce()', () => {
    const times = { expiresAtSec: NOON + 600, nowSec: NOON };

    it('is true once for each nonce', async () => {
      expect(await store().spendNonce('a', times)).to.equal(true);
      expect(await store().spendNonce('a', times)).to.equal(false);
      expect(await store().spendNonce('b', times)).to.equal(true);
    });

    it('is true for one of many at once', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => store().spendNonce('a', times)));
      expect(answers.filter((first) => first)).to.have.length(1);
    });

    it('remembers a nonce past its end, for processes whose clock is behind', async () => {
      await store().spendNonce('a', times);
      await store().spendNonce('b', { expiresAtSec: NOON + 2_000, nowSec: NOON + 1_500 });
      expect(await store().spendNonce('a', times)).to.equal(false);
    });

    it('forgets it in the end', async () => {
      await store().spendNonce('a', times);
      const later = NOON + 600 + 3_601;
      await store().spendNonce('b', { expiresAtSec: later + 600, nowSec: later });
      expect(await store().spendNonce('a', times)).to.equal(true);
    });
  });

  describe('keepSecret()', () => {
    it('answers the first one offered, whatever is offered later', async () => {
      expect(await store().keepSecret('session', 'first')).to.equal('first');
      expect(await store().keepSecret('session', 'second')).to.equal('first');
      expect(await store().keepSecret('other', 'second')).to.equal('second');
    });

    it('keeps it when the chain is indexed anew', async () => {
      await store().keepSecret('session', 'first');
      await store().clearChain();
      expect(await store().keepSecret('session', 'second')).to.equal('first');
    });
  });
}
