import { expect } from 'chai';
import type { Book, PlayGrant } from '../../../indexer/store/book.ts';
import type { RowChange } from '../../../indexer/store/rows.ts';
import type { Store } from '../../../indexer/store/store.ts';
import {
  announcedUnit,
  block,
  CONTENT_ID,
  CONTRACT,
  CREATOR,
  commitsTo,
  hash,
  NOON,
  PROVIDER,
  VIEWER,
  viewRow,
} from './samples.ts';

const GRANT: PlayGrant = {
  account: VIEWER,
  channelId: null,
  contract: CONTRACT,
  contentId: CONTENT_ID,
  untilSec: NOON + 86_400,
};
const used = (nonce: string) => ({ nonce, expiresAtSec: NOON + 300, nowSec: NOON });

export function describePlayGrants(store: () => Store, book: () => Book): void {
  const { commit } = commitsTo(store);
  const grant = (token: string, nonce: string, change: Partial<PlayGrant> = {}) =>
    book().grantPlay(token, { ...GRANT, ...change }, used(nonce));
  const found = (token: string) => book().playGrant(token);

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

    it('gives a channel of the account a token of its own, and nonces', async () => {
      const channelId = hash('channel');
      expect(await grant('of the account', 'n')).to.equal(true);
      expect(await grant('of its channel', 'n', { channelId })).to.equal(true);
      expect(await found('of the account')).to.deep.equal(GRANT);
      expect(await found('of its channel')).to.deep.equal({ ...GRANT, channelId });
      expect(await grant('another', 'n', { channelId })).to.equal(false);
      await grant('another', 'm', { channelId });
      expect(await found('of its channel')).to.equal(null);
      expect(await found('of the account')).to.deep.equal(GRANT);
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
      expect(await book().grantPlay('t2', GRANT, at(NOON + 3_900))).to.equal(false);
      expect(await book().grantPlay('t3', GRANT, at(NOON + 3_901))).to.equal(true);
    });

    it('forgets a token a day after its end', async () => {
      await grant('t', 'n');
      const later = (nowSec: number) =>
        book().grantPlay('another', { ...GRANT, account: CREATOR }, { ...used(`at ${nowSec}`), nowSec });
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
      await commit(block(1, [announcedUnit({ sec: NOON, block: 0 }), ...rows]));
      const first = { timestampSec: NOON + 1, units: 1, unit: 'view' };
      expect(await paid()).to.deep.equal([first, { timestampSec: NOON + 9, units: 2, unit: 'view' }]);
      expect(await paid({ payer: VIEWER.toUpperCase().replace('0X', '0x') })).to.have.length(2);
      expect(await paid({ payer: PROVIDER })).to.deep.equal([]);
    });

    it('tells the newest thousand: whoever pays a million times makes no read of what is sold slow', async () => {
      const views = Array.from({ length: 1_001 }, (_, logIndex) =>
        viewRow({ block: 1, logIndex, timestampSec: NOON + logIndex }),
      );
      await commit(block(1, views));
      const told = await paid();
      expect(told).to.have.length(1_000);
      expect([told[0]?.timestampSec, told.at(-1)?.timestampSec]).to.deep.equal([NOON + 1, NOON + 1_000]);
    });

    /** As the contract announces: listed by the view, then changes of which some are replaced, cancelled or retire it. */
    const announcements = [
      announcedUnit({ sec: NOON, block: 1 }),
      announcedUnit({ sec: NOON + 10, block: 2 }, { effectiveSec: NOON + 20, unit: 'day', before: 'view' }),
      announcedUnit({ sec: NOON + 15, block: 3 }, { effectiveSec: NOON + 25, unit: 'day', before: 'view' }),
      announcedUnit({ sec: NOON + 40, block: 4 }, { effectiveSec: NOON + 50, unit: 'minute', before: 'day' }),
      announcedUnit({ sec: NOON + 40, block: 4, logIndex: 1 }, { unit: null }),
      announcedUnit({ sec: NOON + 60, block: 5 }, { effectiveSec: NOON + 70, unit: 'view', before: 'day' }),
      announcedUnit({ sec: NOON + 65, block: 6 }, { effectiveSec: NOON + 75, unit: 'day', before: 'day' }),
      announcedUnit({ sec: NOON + 90, block: 7 }, { effectiveSec: NOON + 99, unit: 'minute' }),
    ];
    const UNITS = [
      ...[0, 10, 19, 20, 24].map((later) => [later, 'view'] as const),
      ...[25, 39, 40, 50, 59, 60, 70, 74, 75, 89].map((later) => [later, 'day'] as const),
      [99, 'minute'],
    ] as const;

    it('tells the unit that was in force, whatever was announced since', async () => {
      const views = UNITS.map(([later], logIndex) =>
        viewRow({ block: 8, logIndex, timestampSec: NOON + later }),
      );
      await commit(block(8, [...announcements, ...views]));
      const told = (await paid()).map(({ timestampSec, unit }) => [timestampSec - NOON, unit]);
      expect(told).to.deep.equal(UNITS);
    });

    it('knows of no announcement that was taken back, nor of a chain that was forgotten', async () => {
      const [listed, changed] = announcements as [RowChange, RowChange];
      const view = viewRow({ block: 1, timestampSec: NOON + 20 });
      await commit(block(1, [listed, view]));
      await commit(block(2, [changed]));
      expect(await paid()).to.have.nested.property('[0].unit', 'day');
      await store().rollbackTo(1);
      expect(await paid()).to.have.nested.property('[0].unit', 'view');
      await store().clearChain();
      await commit(block(1, [view]));
      expect(await paid()).to.have.nested.property('[0].unit', null);
    });

    it('no longer tells what a reorganisation has taken back', async () => {
      await commit(block(1));
      await commit(block(2, [viewRow({ block: 2 })]));
      expect(await paid()).to.have.length(1);
      await store().rollbackTo(1);
      expect(await paid()).to.deep.equal([]);
    });
  });
}
