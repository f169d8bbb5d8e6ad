import { expect } from 'chai';
import type { PlayGrant, Store } from '../../../indexer/store/store.ts';
import { block, CONTENT_ID, CONTRACT, CREATOR, hash, NOON, PROVIDER, VIEWER, viewRow } from './samples.ts';

const GRANT: PlayGrant = {
  account: VIEWER,
  contract: CONTRACT,
  contentId: CONTENT_ID,
  untilSec: NOON + 86_400,
};
const used = (nonce: string) => ({ nonce, expiresAtSec: NOON + 300, nowSec: NOON });

export function describePlayGrants(store: () => Store): void {
  const grant = (token: string, nonce: string, change: Partial<PlayGrant> = {}) =>
    store().grantPlay(token, { ...GRANT, ...change }, used(nonce));
  const found = (token: string) => store().playGrant(token);

  describe('grantPlay()', () => {
    it('makes a token known, whoever spells the addresses how', async () => {
      expect(await grant('t', 'n', { account: VIEWER.toUpperCase().replace('0X', '0x') })).to.equal(true);
      expect(await found('t')).to.deep.equal(GRANT);
      expect(await found('other')).to.equal(null);
    });

    it('ends the token that the account had for the content, and no other', async () => {
      await grant('t1', 'n1');
      await grant('of another content', 'n2', { contentId: hash('another') });
      await grant('of another contract', 'n3', { contract: PROVIDER });
      await grant('of another account', 'n4', { account: CREATOR });
      await grant('t2', 'n5');
      expect(await found('t1')).to.equal(null);
      for (const token of ['t2', 'of another content', 'of another contract', 'of another account'])
        expect(await found(token), token).to.be.an('object');
    });

    it('takes a nonce of an account once, and changes nothing the second time', async () => {
      await grant('t1', 'n');
      expect(await grant('t2', 'n')).to.equal(false);
      expect(await found('t1')).to.deep.equal(GRANT);
      expect(await found('t2')).to.equal(null);
      expect(await grant('t3', 'n', { account: CREATOR })).to.equal(true);
    });

    it('takes it from one of many at once', async () => {
      const tokens = Array.from({ length: 20 }, (_, index) => `t${index}`);
      const taken = await Promise.all(tokens.map((token) => grant(token, 'n')));
      expect(taken.filter((first) => first)).to.have.length(1);
    });

    it('remembers a nonce past its end, for processes whose clock is behind, and forgets it in the end', async () => {
      await grant('t1', 'n');
      const at = (nowSec: number) => ({ nonce: 'n', expiresAtSec: nowSec + 300, nowSec });
      expect(await store().grantPlay('t2', GRANT, at(NOON + 3_900))).to.equal(false);
      expect(await store().grantPlay('t3', GRANT, at(NOON + 3_901))).to.equal(true);
    });

    it('forgets a token a day after its end', async () => {
      await grant('t', 'n');
      const later = (nowSec: number) =>
        store().grantPlay('another', { ...GRANT, account: CREATOR }, { ...used(`at ${nowSec}`), nowSec });
      await later(GRANT.untilSec + 86_400);
      expect(await found('t')).to.deep.equal(GRANT);
      await later(GRANT.untilSec + 86_401);
      expect(await found('t')).to.equal(null);
    });

    it('keeps tokens and nonces when the chain is indexed anew', async () => {
      await grant('t', 'n');
      await store().clearChain();
      expect(await found('t')).to.deep.equal(GRANT);
      expect(await grant('t2', 'n')).to.equal(false);
    });
  });

  describe('paidDirectly()', () => {
    const paid = (change = {}) =>
      store().paidDirectly({
        ...{ contract: CONTRACT, contentId: CONTENT_ID, provider: PROVIDER, payer: VIEWER },
        ...change,
      });

    it('tells what the wallet itself has paid to this provider for this content, oldest first', async () => {
      const rows = [
        viewRow({ block: 1, logIndex: 0, units: 2, timestampSec: NOON + 9 }),
        viewRow({ block: 1, logIndex: 1, timestampSec: NOON + 1 }),
        viewRow({ block: 1, logIndex: 2, source: 'sponsored', payer: CREATOR, ref: hash('ref') }),
        viewRow({ block: 1, logIndex: 3, source: 'voucher' }),
        viewRow({ block: 1, logIndex: 4, viewer: CREATOR }),
        viewRow({ block: 1, logIndex: 5, provider: CREATOR }),
        viewRow({ block: 1, logIndex: 6, contentId: hash('another') }),
        viewRow({ block: 1, logIndex: 7, contract: PROVIDER }),
      ];
      await store().commitBlocks([block(1, rows)], { undoable: true });
      const first = { timestampSec: NOON + 1, units: 1 };
      expect(await paid()).to.deep.equal([first, { timestampSec: NOON + 9, units: 2 }]);
      expect(await paid({ payer: VIEWER.toUpperCase().replace('0X', '0x') })).to.have.length(2);
      expect(await paid({ payer: PROVIDER })).to.deep.equal([]);
    });

    it('no longer tells what a reorganisation has taken back', async () => {
      await store().commitBlocks([block(1)], { undoable: true });
      await store().commitBlocks([block(2, [viewRow({ block: 2 })])], { undoable: true });
      expect(await paid()).to.have.length(1);
      await store().rollbackTo(1);
      expect(await paid()).to.deep.equal([]);
    });
  });
}
