import { expect } from 'chai';
import type { NewRelease, Release } from '../../../indexer/store/book/releases.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { CONTENT_ID, CONTRACT, hash, NOON } from './samples.ts';
import { voucher } from './vouchers.suite.ts';

const KEY = { contract: CONTRACT, channelId: hash('channel') };
const ASKED: NewRelease = { ...KEY, epoch: 1, askedAtSec: NOON, data: '0x01', gas: 10n ** 20n };
const BY = { account: '0xa', nonce: 7 };

export function describeReleases(book: () => Book): void {
  const standing = async () => (await book().releaseOf(KEY)) as Release;
  const isSold = (epoch: number) => {
    const of = { voucher: { ...KEY, epoch, seq: 0 }, scope: 's', contentId: CONTENT_ID, nowSec: NOON };
    return book().sell(of, ({ isReleased }) => ({ answer: !isReleased }));
  };
  const keep = (change: Parameters<typeof voucher>[0] = {}) => {
    const signed = voucher(change);
    const of = { voucher: signed, scope: 's', contentId: CONTENT_ID, nowSec: NOON };
    return book().sell(of, () => ({ answer: null, voucher: signed }));
  };

  describe('beginRelease()', () => {
    it('keeps the first of a channel, and from then on nothing is sold up to its epoch', async () => {
      expect([await isSold(1), await book().releaseOf(KEY)]).to.deep.equal([true, null]);
      expect(await book().beginRelease(ASKED)).to.equal(true);
      const unsent = { state: 'asked', account: null, nonce: null, txHash: null };
      expect(await standing()).to.deep.equal({ ...ASKED, ...unsent });
      expect(await book().openReleases()).to.deep.equal([await standing()]);
      expect(await book().beginRelease({ ...ASKED, epoch: 2, gas: 1n })).to.equal(false);
      expect([await isSold(0), await isSold(1), await isSold(2)]).to.deep.equal([false, false, true]);
    });

    it('gives its place to one of a later epoch once it is over, and to no other', async () => {
      await book().beginRelease(ASKED);
      await book().moveRelease(await standing(), { state: 'over', ...BY, txHash: '0x2' });
      expect(await book().openReleases()).to.deep.equal([]);
      expect(await book().beginRelease(ASKED)).to.equal(false);
      expect([await isSold(1), await isSold(2)]).to.deep.equal([false, true]);
      expect(await book().beginRelease({ ...ASKED, epoch: 2 })).to.equal(true);
      expect(await standing()).to.include({ epoch: 2, state: 'asked', nonce: null, txHash: null });
    });
  });

  describe('markReleaseSent()', () => {
    it('shows the vouchers from the epoch on; where it is sent, nothing is sold in any epoch', async () => {
      await keep();
      await keep({ epoch: 2, seq: 1 });
      await book().beginRelease({ ...ASKED, epoch: 2 });
      const seen: string[] = [];
      const judge = (answer: boolean) =>
        book().markReleaseSent({ ...ASKED, epoch: 2, ...UNSENT }, BY, (vouchers) => {
          seen.push(
            ...vouchers.map(({ epoch, seq, state, isFinal }) => `${epoch} ${seq} ${state} ${isFinal}`),
          );
          return answer;
        });
      expect([await judge(false), (await standing()).state]).to.deep.equal([false, 'asked']);
      expect([await judge(true), (await standing()).state]).to.deep.equal([true, 'sent']);
      expect(seen).to.deep.equal(['2 1 open false', '2 1 open false']);
      expect(await standing()).to.include(BY);
      expect([await isSold(2), await isSold(3)]).to.deep.equal([false, false]);
      expect(await judge(true)).to.equal(false);
    });

    it('says which of its own keys has claimed a voucher', async () => {
      await keep();
      await book().leaseKey({ holder: 'me', nowMs: 0, ttlMs: 1_000 });
      const sent = { account: '0xa', nonce: 1, hash: '0x3', raw: '0x', purpose: 'claim', sentAtMs: 0 };
      await book().recordSent(sent, 'me');
      await book().moveVoucher(
        { ...KEY, epoch: 1, seq: 0 },
        { from: ['open'], to: 'claimed', nowSec: 0, claimTx: '0x3' },
      );
      const [own] = await book().vouchersToRelease({ ...KEY, epoch: 1 });
      expect(own).to.include({ claimedBy: '0xa', state: 'claimed' });
      await keep({ seq: 1 });
      await book().moveVoucher(
        { ...KEY, epoch: 1, seq: 1 },
        { from: ['open'], to: 'claimed', nowSec: 0, claimTx: '0x4' },
      );
      expect((await book().vouchersToRelease({ ...KEY, epoch: 1 }))[1]).to.include({ claimedBy: null });
    });
  });

  describe('moveRelease()', () => {
    it('moves, or drops, what is as it was read, and nothing else', async () => {
      await book().beginRelease(ASKED);
      const before = await standing();
      expect(await book().moveRelease(before, { state: 'sent', ...BY })).to.equal(true);
      expect(await book().moveRelease(before, { state: 'over' })).to.equal(false);
      expect(await book().moveRelease(before, null)).to.equal(false);
      expect((await standing()).state).to.equal('sent');
      expect(await book().moveRelease(await standing(), null)).to.equal(true);
      expect([await book().releaseOf(KEY), await isSold(1)]).to.deep.equal([null, true]);
    });
  });

  it('knows since when it signs for what is sold', async () => {
    const begun = await book().knowsSinceSec();
    expect(begun).to.be.closeTo(Math.floor(Date.now() / 1000), 120);
    await book().noteSoldElsewhere(begun - 9);
    expect(await book().knowsSinceSec()).to.equal(begun);
    for (const untilSec of [begun + 99, begun + 50]) await book().noteSoldElsewhere(untilSec);
    expect(await book().knowsSinceSec()).to.equal(begun + 99);
  });
}

const UNSENT = { state: 'asked', account: null, nonce: null, txHash: null } as const;
