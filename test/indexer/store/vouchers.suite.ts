import { expect } from 'chai';
import {
  type BookPage,
  channelScope,
  type Opening,
  type Sale,
  type SaleQuery,
  type Voucher,
  type VoucherState,
  walletScope,
} from '../../../indexer/store/book/vouchers.ts';
import type { Book } from '../../../indexer/store/book.ts';
import { CID, CONTENT_ID, CONTRACT, hash, NATIVE, NOON, PROVIDER, VIEWER } from './samples.ts';

const CHANNEL = { contract: CONTRACT, channelId: hash('channel'), epoch: 1 };
const SCOPE = channelScope(CHANNEL);
const QUERY: SaleQuery = {
  voucher: { ...CHANNEL, seq: 0 },
  scope: SCOPE,
  contentId: CONTENT_ID,
  nowSec: NOON,
};
const DAY = 86_400;

export function voucher(change: Partial<Voucher> = {}): Voucher {
  const items = [{ contentId: CONTENT_ID, units: 2, unitPrice: 10n ** 18n }];
  return {
    ...{ ...CHANNEL, seq: 0, provider: PROVIDER, token: NATIVE, items, total: 2n * 10n ** 18n },
    ...{ signature: '0x01', digest: hash('digest') },
    ...change,
  };
}

export function opening(change: Partial<Opening> = {}): Opening {
  return {
    ...{ scope: SCOPE, contract: CONTRACT, contentId: CONTENT_ID, cid: CID, unit: 0, wallet: VIEWER },
    ...{ openedAtSec: NOON, untilSec: NOON + DAY },
    ...change,
  };
}

export function describeVouchers(book: () => Book): void {
  const sell = (sale: Omit<Sale<null>, 'answer'>, of: Partial<SaleQuery> = {}) =>
    book().sell({ ...QUERY, ...of }, () => ({ answer: null, ...sale }));
  const look = (of: Partial<SaleQuery> = {}) =>
    book().sell({ ...QUERY, ...of }, (page) => ({
      answer: {
        vouchers: page.vouchers.map(({ seq, state }) => `${seq} ${state}`),
        units: page.openings.map(({ unit }) => unit),
        bought: page.bought,
      },
    }));

  describe('sell()', () => {
    it('keeps a voucher as it was signed', async () => {
      const items = [
        { contentId: hash('b'), units: 2 ** 32 - 1, unitPrice: 2n ** 72n - 1n },
        { contentId: hash('a'), units: 1, unitPrice: 1n },
      ];
      const signed = voucher({ items, total: 2n ** 104n });
      await sell({ voucher: signed });
      expect(await book().voucher({ ...CHANNEL, seq: 0 })).to.deep.equal({
        ...signed,
        ...{
          state: 'open',
          openedAtSec: NOON,
          updatedAtSec: NOON,
          claimTx: null,
          reason: null,
          isPublic: false,
          hasLesser: false,
        },
      });
      expect(await book().voucher({ ...CHANNEL, seq: 1 })).to.equal(null);
    });

    it('puts a grown one in the place of the one before', async () => {
      await sell({ voucher: voucher() });
      await sell({ voucher: voucher({ digest: hash('grown') }) }, { nowSec: NOON + 5 });
      const kept = await book().voucher({ ...CHANNEL, seq: 0 });
      expect(kept).to.include({ digest: hash('grown'), openedAtSec: NOON, updatedAtSec: NOON + 5 });
    });

    it('seals the open one, which then neither grows nor stands in the way of the next', async () => {
      await sell({ voucher: voucher() });
      await sell({ seals: true, voucher: voucher({ seq: 1 }) });
      expect((await look()).vouchers).to.deep.equal(['0 sealed', '1 open']);
      const growing = sell({ seals: true, voucher: voucher() });
      expect(await growing.catch(({ message }) => message)).to.match(/can't grow any more/);
      expect((await look()).vouchers).to.deep.equal(['0 sealed', '1 open']);
    });

    it('voids what is left of the epoch before when the next one begins', async () => {
      await sell({ voucher: voucher() });
      await sell({ seals: true, voucher: voucher({ seq: 1 }) });
      const next = { ...CHANNEL, epoch: 2 };
      await sell({ voucher: voucher({ ...next, seq: 2 }) }, { voucher: { ...next, seq: 2 } });
      expect((await look()).vouchers).to.deep.equal(['0 void', '1 void']);
      expect((await look({ voucher: { ...next, seq: 2 } })).vouchers).to.deep.equal(['2 open']);
    });

    it('shows what was bought ever, and what is open or was opened within a day', async () => {
      await sell({ opens: [opening({ unit: 7 }), opening({ unit: 3 })] });
      await sell({ opens: [opening({ unit: 4, openedAtSec: NOON + 9, untilSec: NOON + 9 + 2 * DAY })] });
      expect(await look()).to.deep.include({ units: [7, 3, 4], bought: 3 });
      expect(await look({ units: [4, 3, 9] })).to.deep.include({ units: [3, 4], bought: 3 });
      await sell({ opens: [opening({ unit: -1, scope: 'another' })] });
      expect(await look({ units: [4], scope: 'another' })).to.deep.include({ units: [-1] });
      expect(await look({ nowSec: NOON + DAY })).to.deep.include({ units: [4], bought: 3 });
      expect(await look({ contentId: hash('other') })).to.deep.include({ units: [], bought: 0 });
      expect(await look({ scope: walletScope(CONTRACT, VIEWER) })).to.deep.include({ units: [] });
    });

    it('shows of what is settled the voucher asked for, and those that list the content', async () => {
      const items = [{ contentId: hash('other'), units: 1, unitPrice: 1n }];
      for (const seq of [0, 1, 2, 3, 4]) {
        await sell({ seals: true, voucher: voucher({ seq, ...(seq % 2 === 1 && { items }) }) });
        if (seq > 2) continue;
        const move = { from: ['open'], to: seq === 2 ? 'rejected' : 'claimed', nowSec: NOON } as const;
        await book().moveVoucher({ ...CHANNEL, seq }, move);
      }
      expect((await look()).vouchers).to.deep.equal(['0 claimed', '2 rejected', '3 sealed', '4 open']);
      const shown = { voucher: { ...CHANNEL, seq: 1 }, contentId: hash('nothing') };
      expect((await look(shown)).vouchers).to.deep.equal(['1 claimed', '3 sealed', '4 open']);
      const lastSeq = (epoch: number) =>
        book().sell({ ...QUERY, voucher: { ...CHANNEL, epoch, seq: 0 } }, (page) => ({
          answer: page.lastSeq,
        }));
      expect([await lastSeq(1), await lastSeq(2)]).to.deep.equal([4, null]);
    });

    it('judges what comes at a time one after the other, over what was written before', async () => {
      const buyOne = ({ bought }: BookPage): Sale<number> => ({
        answer: bought,
        opens: bought < 3 ? [opening({ unit: bought })] : [],
      });
      const answers = await Promise.all(Array.from({ length: 10 }, () => book().sell(QUERY, buyOne)));
      expect(answers).to.deep.equal([0, 1, 2, 3, 3, 3, 3, 3, 3, 3]);
      expect(await look()).to.deep.include({ units: [0, 1, 2], bought: 3 });
    });

    it('writes nothing for one that is refused, and all for those beside it', async () => {
      const refused = new Error('refused');
      const all = await Promise.allSettled([
        sell({ opens: [opening()] }),
        book().sell(QUERY, () => {
          throw refused;
        }),
        sell({
          voucher: voucher(),
          opens: [opening({ unit: 1 }), opening({ cid: null as unknown as string })],
        }),
        sell({ opens: [opening({ unit: 2 })] }),
      ]);
      expect(all.map(({ status }) => status)).to.deep.equal([
        ...['fulfilled', 'rejected', 'rejected', 'fulfilled'],
      ]);
      expect(all[1]).to.have.property('reason', refused);
      expect(await look()).to.deep.equal({ vouchers: [], units: [0, 2], bought: 2 });
    });
  });

  describe('openFor()', () => {
    const openAt = async (nowSec: number, wallet = VIEWER) =>
      (await book().openFor(wallet, { contract: CONTRACT, contentId: CONTENT_ID, nowSec })).map(
        ({ unit }) => unit,
      );

    it('finds what a wallet has open, in whatever scope it was bought', async () => {
      const viewed = walletScope(CONTRACT, VIEWER);
      await sell({
        opens: [
          opening({ unit: 1 }),
          opening({ unit: 2, scope: viewed, untilSec: NOON + 60 }),
          opening({ unit: 3, wallet: PROVIDER }),
          opening({ unit: 4, contentId: hash('other') }),
          opening({ unit: 5, contract: PROVIDER }),
        ],
      });
      expect(await openAt(NOON, VIEWER.toUpperCase().replace('0X', '0x'))).to.deep.equal([2, 1]);
      expect(await openAt(NOON + 60)).to.deep.equal([1]);
      expect(await openAt(NOON + DAY)).to.deep.equal([]);
    });
  });

  describe('moveVoucher()', () => {
    const key = { ...CHANNEL, seq: 0 };
    const move = (from: VoucherState[], to: Exclude<VoucherState, 'open'>, more = {}) =>
      book().moveVoucher(key, { from, to, nowSec: NOON + 1, ...more });

    it('changes a state that is still the one expected', async () => {
      await sell({ voucher: voucher() });
      expect(await move(['open', 'sealed'], 'claiming', { claimTx: hash('tx') })).to.equal(true);
      expect(await move(['open', 'sealed'], 'claiming')).to.equal(false);
      expect(await book().voucher(key)).to.include({
        ...{ state: 'claiming', updatedAtSec: NOON + 1, claimTx: hash('tx'), reason: null },
      });
      expect(await book().voucher(key)).to.include({ isPublic: true });
      expect(await move(['claiming'], 'sealed')).to.equal(true);
      // Everybody has read it.
      expect(await book().voucher(key)).to.include({ state: 'sealed', isPublic: true });
      expect(await move(['sealed'], 'rejected', { reason: 'PriceTooLow' })).to.equal(true);
      expect(await book().voucher(key)).to.include({
        state: 'rejected',
        claimTx: null,
        reason: 'PriceTooLow',
      });
    });
  });

  describe('vouchersIn()', () => {
    it('lists those of a provider in the states asked for, the longest unchanged first', async () => {
      const inChannel = (of: string) => ({ ...CHANNEL, channelId: hash(of) });
      for (const [age, of] of ['a', 'b', 'c'].entries()) {
        const channel = inChannel(of);
        await sell({ voucher: voucher(channel) }, { voucher: { ...channel, seq: 0 }, nowSec: NOON - age });
      }
      const other = inChannel('d');
      await sell({ voucher: voucher({ ...other, provider: VIEWER }) }, { voucher: { ...other, seq: 0 } });
      await book().moveVoucher(
        { ...inChannel('b'), seq: 0 },
        { from: ['open'], to: 'sealed', nowSec: NOON - 9 },
      );
      const found = async (states: VoucherState[], limit = 9) => {
        const provider = PROVIDER.toUpperCase().replace('0X', '0x');
        const rows = await book().vouchersIn({ provider, states, limit });
        return rows.map(({ channelId }) => 'abc'.split('').find((of) => hash(of) === channelId));
      };
      expect(await found(['open', 'sealed'])).to.deep.equal(['b', 'c', 'a']);
      expect(await found(['open'])).to.deep.equal(['c', 'a']);
      expect(await found(['open', 'sealed'], 1)).to.deep.equal(['b']);
    });
  });
}
