import type { ChannelFunds } from '../../../../indexer/playback/sale/funds.ts';
import { judgeSale, type SaleRequest, type Verdict } from '../../../../indexer/playback/sale/judge.ts';
import { totalOf } from '../../../../indexer/playback/sale/voucher.ts';
import { channelScope, type VoucherItem } from '../../../../indexer/store/book/vouchers.ts';
import type { Book } from '../../../../indexer/store/book.ts';
import { openSqliteBook } from '../../../../indexer/store/sqlite/book/book.ts';
import { CID, CONTENT_ID, CONTRACT, hash, NATIVE, NOON, PROVIDER, VIEWER } from '../../store/samples.ts';

export const CHANNEL = { contract: CONTRACT, channelId: hash('channel'), epoch: 1 };
export const PRICE = 10n;
export const DAY = 86_400;
export const OTHER = hash('other');
export const FUNDS: ChannelFunds = { nextSeq: 0, deposit: 1_000n, confirmed: 1_000n, isWithdrawing: false };
export const TERMS = { unit: 'minute', pricePerUnit: PRICE, retired: false, capUnits: null } as const;

export type Ask = Partial<Omit<SaleRequest, 'voucher' | 'terms' | 'funds'>> & {
  seq?: number;
  items?: readonly VoucherItem[];
  terms?: Partial<SaleRequest['terms']>;
  funds?: Partial<ChannelFunds>;
};

export const item = (units: number, contentId = CONTENT_ID, unitPrice = PRICE): VoucherItem => ({
  contentId,
  units,
  unitPrice,
});

/** Judges sales on a book of its own for each test. */
export function useJudge() {
  let book: Book;
  beforeEach(() => {
    book = openSqliteBook({ path: ':memory:' });
  });
  afterEach(() => book.close());

  async function ask({ seq = 0, items = [item(1)], terms, funds, ...more }: Ask): Promise<Verdict> {
    const key = { ...CHANNEL, seq };
    const of = {
      scope: channelScope(CHANNEL),
      contract: CONTRACT,
      contentId: CONTENT_ID,
      cid: CID,
      wallet: VIEWER,
    };
    const digest = hash(
      JSON.stringify([key, items.map(({ units, unitPrice, ...id }) => [id, units, `${unitPrice}`])]),
    );
    const request: SaleRequest = {
      voucher: {
        ...key,
        provider: PROVIDER,
        token: NATIVE,
        items,
        total: totalOf(items),
        signature: '0x',
        digest,
      },
      opening: of,
      units: [0],
      pricesOf: () => [PRICE],
      unconfirmedUnits: 5,
      halt: null,
      nowSec: NOON,
      ...more,
      terms: { ...TERMS, ...terms },
      funds: { ...FUNDS, ...funds },
    };
    const query = {
      voucher: key,
      scope: of.scope,
      contentId: CONTENT_ID,
      nowSec: request.nowSec,
    };
    return await book.sell(query, (page) => judgeSale(request, page));
  }
  /** What comes of it, in short. */
  async function outcome(asked: Ask) {
    const verdict = await ask(asked);
    if ('refusal' in verdict) return verdict.refusal.reason;
    const { units, due, credit } = verdict.opened;
    return { units: units.map(({ unit }) => unit), due, credit };
  }
  const stored = async () =>
    (
      await book.sell(
        { voucher: { ...CHANNEL, seq: 0 }, scope: '', contentId: CONTENT_ID, nowSec: NOON },
        ({ vouchers }) => ({ answer: vouchers }),
      )
    ).map(({ seq, state, items }) => [seq, state, ...items.map(({ units }) => units)]);
  const close = (seq: number, to: 'sealed' | 'claiming' | 'claimed' | 'rejected') =>
    book.moveVoucher({ ...CHANNEL, seq }, { from: ['open', 'sealed', 'claiming'], to, nowSec: NOON });

  return { ask, outcome, stored, close };
}
