import { expect } from 'chai';
import type { RebuiltVoucher, VoucherFate } from '../../../indexer/store/book/claims.ts';
import type { Voucher, VoucherState } from '../../../indexer/store/book/vouchers.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { BadCursor } from '../../../indexer/store/cursor.ts';
import { CONTENT_ID, hash, NOON, PROVIDER, VIEWER } from './samples.ts';
import { voucher } from './vouchers.suite.ts';

const TX = hash('claim');

export function describeClaims(book: () => Book): void {
  /** Signed at `nowSec`, and open. */
  const sign = (change: Partial<Voucher>, nowSec = NOON) => {
    const signed = voucher(change);
    const { contract, channelId, epoch, seq } = signed;
    const of = { voucher: { contract, channelId, epoch, seq }, scope: 's', contentId: CONTENT_ID, nowSec };
    return book().sell(of, () => ({ answer: null, seals: true, voucher: signed }));
  };
  const decide = (seq: number, from: VoucherState, to: VoucherState, more: Partial<VoucherFate> = {}) => {
    const { contract, channelId, epoch } = voucher();
    const fate = { from, to, claimTx: TX, reason: null, isFinal: false, ...more };
    return book().decideVouchers([{ key: { contract, channelId, epoch, seq }, ...fate }], NOON + 9);
  };
  const undecided = async () =>
    (await book().undecidedVouchers(PROVIDER.toUpperCase().replace('0X', '0x'), { limit: 100 })).map(
      ({ seq, state }) => `${seq} ${state}`,
    );
  const at = (seq: number) => book().voucher(voucher({ seq }));

  describe('decideVouchers()', () => {
    it('moves a voucher, with its transaction and why', async () => {
      await sign({ seq: 0 });
      await decide(0, 'open', 'rejected', { reason: 'price_too_low' });
      expect(await at(0)).to.include({
        ...{
          state: 'rejected',
          claimTx: TX,
          reason: 'price_too_low',
          updatedAtSec: NOON + 9,
          openedAtSec: NOON,
        },
      });
    });

    it('leaves one alone that moved meanwhile', async () => {
      await sign({ seq: 0 });
      await decide(0, 'sealed', 'claiming');
      expect(await at(0)).to.include({ state: 'open', claimTx: null, updatedAtSec: NOON });
    });

    it('leaves one alone that is decided for good', async () => {
      await sign({ seq: 0 });
      await decide(0, 'open', 'claimed', { isFinal: true });
      await decide(0, 'claimed', 'sealed');
      expect(await at(0)).to.include({ state: 'claimed' });
    });
  });

  describe('undecidedVouchers()', () => {
    it('gives those of the provider that the chain may decide on, by channel, in rising order', async () => {
      for (const seq of [0, 1, 2, 10]) await sign({ seq });
      await sign({ seq: 3, channelId: hash('another') });
      await sign({ provider: VIEWER, channelId: hash('of another') });
      await decide(0, 'sealed', 'claimed', { isFinal: true });
      await decide(1, 'sealed', 'claimed');
      const first = hash('another') < hash('channel') ? ['3 open'] : [];
      const last = first.length === 0 ? ['3 open'] : [];
      expect(await undecided()).to.deep.equal([...first, '1 claimed', '2 sealed', '10 open', ...last]);
    });
  });

  it('undecidedVouchers() goes on behind a voucher', async () => {
    for (const seq of [0, 1, 2, 3]) await sign({ seq });
    const after = (await at(0)) ?? undefined;
    const page = await book().undecidedVouchers(PROVIDER, { limit: 2, after });
    expect(page.map(({ seq }) => seq)).to.deep.equal([1, 2]);
  });

  describe('rebuildVouchers()', () => {
    const { signature: _, digest: __, ...claimed } = voucher({ seq: 7 });
    const rebuilt: RebuiltVoucher = { ...claimed, claimTx: TX, claimedAtSec: NOON + 3, isFinal: false };

    it('takes over what was claimed and is not here', async () => {
      await book().rebuildVouchers([rebuilt]);
      expect(await at(7)).to.deep.equal({
        ...{ ...claimed, signature: '', digest: '', state: 'claimed', claimTx: TX, reason: null },
        ...{ openedAtSec: NOON + 3, updatedAtSec: NOON + 3, isPublic: true, hasLesser: false },
      });
      expect(await undecided()).to.deep.equal(['7 claimed']);
    });

    it('is done once, and for good where nothing changes it any more', async () => {
      await book().rebuildVouchers([{ ...rebuilt, isFinal: true }]);
      await book().rebuildVouchers([rebuilt]);
      expect(await undecided()).to.deep.equal([]);
    });

    it('has one that was rejected for good claimed, and decided anew', async () => {
      await sign({ seq: 7 });
      await decide(7, 'open', 'rejected', { isFinal: true });
      await book().rebuildVouchers([{ ...rebuilt, total: 1n }]);
      expect(await at(7)).to.include({ state: 'claimed', claimTx: TX, reason: null, total: voucher().total });
      expect(await undecided()).to.deep.equal(['7 claimed']);
    });

    it('takes over what was paid where the book has an older form of it, that promises less', async () => {
      await sign({ seq: 7 });
      const items = claimed.items.map((item) => ({ ...item, units: item.units * 10 }));
      const more = { ...rebuilt, items, total: claimed.total * 10n };
      await book().rebuildVouchers([more]);
      const paid = { state: 'claimed', items, total: more.total, claimTx: TX, signature: '', isPublic: true };
      expect(await at(7)).to.deep.include(paid);
      await book().rebuildVouchers([rebuilt]);
      expect(await at(7)).to.deep.include(paid);
      expect(await undecided()).to.deep.equal(['7 claimed']);
    });

    it('has one that is void claimed, and decided anew: as the chain pays it now, where nobody has signed it here', async () => {
      await book().rebuildVouchers([rebuilt]);
      await decide(7, 'claimed', 'void', { isFinal: true });
      await book().rebuildVouchers([{ ...rebuilt, total: 1n }]);
      expect(await at(7)).to.include({ state: 'claimed', total: 1n });
      await sign({ seq: 8 });
      await decide(8, 'open', 'void', { isFinal: true });
      await book().rebuildVouchers([{ ...rebuilt, seq: 8, total: 1n }]);
      expect(await at(8)).to.include({ state: 'claimed', total: voucher().total });
      expect(await undecided()).to.deep.equal(['7 claimed', '8 claimed']);
    });

    it('leaves a voucher that is here as it was signed', async () => {
      await sign({ seq: 7 });
      await book().rebuildVouchers([{ ...rebuilt, total: 1n }]);
      expect(await at(7)).to.include({ state: 'open', total: voucher().total });
    });
  });

  describe('vouchersOf()', () => {
    it('gives all of a provider page by page, the latest opened first', async () => {
      for (const seq of [0, 1, 2, 3, 4]) await sign({ seq }, NOON + Math.floor(seq / 2));
      await sign({ provider: VIEWER, channelId: hash('of another') });
      const seqs: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await book().vouchersOf({ provider: PROVIDER, limit: 2, cursor });
        seqs.push(...page.rows.map(({ seq }) => seq));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seqs).to.deep.equal([4, 3, 2, 1, 0]);
    });

    it('gives those in one state', async () => {
      for (const seq of [0, 1, 2]) await sign({ seq });
      const { rows } = await book().vouchersOf({ provider: PROVIDER, state: 'sealed', limit: 9 });
      expect(rows.map(({ seq }) => seq)).to.deep.equal([1, 0]);
    });

    it('refuses the cursor of another list', async () => {
      for (const seq of [0, 1, 2]) await sign({ seq });
      const { nextCursor } = await book().vouchersOf({ provider: PROVIDER, limit: 1 });
      const other = { provider: PROVIDER, state: 'sealed' as const, limit: 1, cursor: String(nextCursor) };
      const refused = await book()
        .vouchersOf(other)
        .catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(BadCursor);
    });
  });

  describe('unclaimed()', () => {
    it('sums up what is not paid, in numbers beyond 64 bits', async () => {
      const total = 2n ** 100n;
      for (const seq of [0, 1, 2, 3]) await sign({ seq, total });
      await decide(0, 'sealed', 'claimed');
      await decide(1, 'sealed', 'rejected');
      const { contract, token, items } = voucher();
      const byContent = new Map(items.map((item) => [item.contentId, BigInt(item.units) * item.unitPrice]));
      const sums = await book().unclaimed(PROVIDER);
      expect(sums.sort((a, b) => a.state.localeCompare(b.state))).to.deep.equal([
        { contract, token, state: 'open', vouchers: 1, oldestAtSec: NOON, total, byContent },
        { contract, token, state: 'rejected', vouchers: 1, oldestAtSec: NOON, total, byContent },
        { contract, token, state: 'sealed', vouchers: 1, oldestAtSec: NOON, total, byContent },
      ]);
    });

    it('sums up more than a page, of what may be paid and of what never will be, once for all who ask', async () => {
      const { signature: _, digest: __, ...one } = voucher();
      const taken = { claimTx: TX, claimedAtSec: NOON, isFinal: false };
      const all = Array.from({ length: 2_400 }, (___, seq) => ({ ...one, ...taken, seq }));
      await book().rebuildVouchers(all);
      const fates = all.map(({ contract, channelId, epoch, seq }) => ({
        ...{
          key: { contract, channelId, epoch, seq },
          from: 'claimed' as const,
          claimTx: null,
          reason: null,
        },
        ...(seq % 2 === 0
          ? { to: 'rejected' as const, isFinal: true }
          : { to: 'sealed' as const, isFinal: false }),
      }));
      await book().decideVouchers(fates, NOON);
      const [sums, others] = await Promise.all([book().unclaimed(PROVIDER), book().unclaimed(PROVIDER)]);
      expect(sums.map(({ state, vouchers }) => `${state} ${vouchers}`).sort()).to.deep.equal([
        'rejected 1200',
        'sealed 1200',
      ]);
      expect(others).to.equal(sums);
    });
  });
}
