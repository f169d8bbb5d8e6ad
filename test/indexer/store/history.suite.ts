import { expect } from 'chai';
import type { Book } from '../../../indexer/store/book.ts';
import { BadCursor } from '../../../indexer/store/cursor.ts';
import type { RowChange } from '../../../indexer/store/rows.ts';
import type { Earnings, Store, ViewQuery } from '../../../indexer/store/store.ts';
import { rejected } from '../../rejection.ts';
import {
  block,
  CID,
  CONTENT_ID,
  CONTRACT,
  CREATOR,
  commitsTo,
  contentRow,
  creditOf,
  dayOf,
  hash,
  NATIVE,
  NOON,
  PROVIDER,
  report,
  VIEWER,
  type ViewSample,
  viewId,
  viewRow,
} from './samples.ts';

const STRANGER = `0x${'ee'.repeat(20)}`;

export function describeHistory(store: () => Store, book: () => Book): void {
  const { backfill, commit } = commitsTo(store);
  async function ids(query: Partial<ViewQuery> = {}): Promise<string[]> {
    return (await store().views({ by: 'cid', key: CID, limit: 100, ...query })).rows.map((row) => row.id);
  }

  describe('viewsBeside()', () => {
    it('is the page of views(), known rows told by their key alone', async () => {
      const views = [1, 2, 3, 4, 5].map((number) => viewRow({ block: number }));
      await backfill(block(9, views));
      for (const by of ['cid', 'provider', 'viewer', 'creator'] as const) {
        const key = { cid: CID, provider: PROVIDER, viewer: VIEWER, creator: CREATOR }[by];
        const first = await store().views({ by, key, limit: 2 });
        for (const cursor of [undefined, first.nextCursor ?? undefined]) {
          const query = { by, key, limit: 2, ...(cursor !== undefined && { cursor }) };
          const page = await store().views(query);
          const [known, unknown] = page.rows;
          expect(known?.key).to.be.a('number');
          expect(await store().viewsBeside(new Set(), query)).to.deep.equal(page);
          expect(await store().viewsBeside(new Set([known?.key ?? 0, 999]), query)).to.deep.equal({
            rows: [known?.key, unknown],
            nextCursor: page.nextCursor,
          });
        }
      }
    });

    it('throws BadCursor for a cursor of someone else', async () => {
      const query: ViewQuery = { by: 'cid', key: CID, limit: 1, cursor: 'MTIz' };
      await rejected(store().viewsBeside(new Set(), query), BadCursor);
    });
  });

  describe('views()', () => {
    it('throws BadCursor for a cursor of someone else', async () => {
      await rejected(store().views({ by: 'cid', key: CID, limit: 1, cursor: 'MTIz' }), BadCursor);
    });

    it('shows a paid view with everything the chain said', async () => {
      await commit(block(1, [viewRow({ block: 1, units: 3, price: 2n ** 70n })]));
      const { rows, nextCursor } = await store().views({ by: 'viewer', key: VIEWER, limit: 10 });
      expect(nextCursor).to.equal(null);
      expect(rows).to.deep.equal([
        {
          key: rows[0]?.key,
          id: viewId({ block: 1 }),
          contract: CONTRACT,
          contentId: CONTENT_ID,
          cid: CID,
          viewer: VIEWER,
          provider: PROVIDER,
          creator: CREATOR,
          token: NATIVE,
          price: 2n ** 70n,
          units: 3,
          amount: 3n * 2n ** 70n,
          creatorAmount: 3n * 2n ** 70n - (3n * 2n ** 70n) / 4n,
          providerAmount: (3n * 2n ** 70n) / 4n,
          payer: VIEWER,
          attributed: false,
          timestampSec: NOON + 1,
          source: 'direct',
          settled: true,
          reportedUnits: 0,
          txHash: hash('tx 1'),
          blockNumber: 1,
        },
      ]);
    });

    describe('of a viewer', () => {
      const own = { block: 1 } as const;
      const byOther: ViewSample = {
        ...{ block: 2, source: 'sponsored', ref: report().ref, timestampSec: NOON },
        ...{ payer: STRANGER, attributed: true },
      };
      const of = (query: Partial<ViewQuery> = {}) => ids({ by: 'viewer', key: VIEWER, ...query });
      beforeEach(() => commit(block(1, [viewRow(own)]), block(2, [viewRow(byOther)])));

      it('leave out what others say of the wallet, unless that is asked for', async () => {
        expect(await of()).to.deep.equal([viewId(own)]);
        expect(await of({ attributed: true })).to.deep.equal([viewId(own), viewId(byOther)]);
        const { rows } = await store().views({ by: 'creator', key: CREATOR, limit: 9 });
        expect(rows.map(({ payer, attributed }) => [payer, attributed])).to.deep.equal([
          [VIEWER, false],
          [STRANGER, true],
        ]);
      });

      it('page through both kinds in one order', async () => {
        const more = [3, 4].map((number) => ({
          ...byOther,
          block: number,
          ref: hash(number),
          timestampSec: NOON + number,
        }));
        await commit(...more.map((view) => block(view.block, [viewRow(view)])));
        const all = await of({ attributed: true });
        const paged: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const query = { by: 'viewer', key: VIEWER, attributed: true, limit: 1 } as const;
          const page = await store().views({ ...query, ...(cursor !== undefined && { cursor }) });
          paged.push(...page.rows.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        expect(paged).to.deep.equal(all).and.have.length(4);
      });

      it('hold what somebody else has paid once the viewer has reported it', async () => {
        await book().recordReport(report());
        expect(await of()).to.deep.equal([viewId(own), viewId(byOther)]);
      });

      it('hold vouchers while their coin is known', async () => {
        const bill = { block: 3, source: 'voucher' } as const;
        await commit(block(3, [viewRow(bill)]));
        for (const [known, shown, payer] of [
          [[], [viewId(own)], null],
          [[NATIVE], [viewId(bill), viewId(own)], VIEWER],
        ] as const) {
          await store().setKnownCoins(known);
          expect(await of()).to.deep.equal(shown);
          const { rows } = await store().views({ by: 'cid', key: CID, limit: 1 });
          expect(rows[0]).to.include({ source: 'voucher', payer });
        }
      });
    });

    it('are of one listing where that is asked for, of one deployment too', async () => {
      const elsewhere = `0x${'c9'.repeat(20)}`;
      const views = [
        viewRow({ block: 1 }),
        viewRow({ block: 1, logIndex: 1, contentId: hash('copy') }),
        viewRow({ block: 1, logIndex: 2, contract: elsewhere }),
      ];
      await commit(block(1, views));
      expect(await ids()).to.have.length(3);
      expect(await ids({ listing: { contentId: CONTENT_ID } })).to.have.length(2);
      expect(await ids({ listing: { contentId: CONTENT_ID, contract: elsewhere } })).to.deep.equal([
        viewId({ block: 1, logIndex: 2 }),
      ]);
    });

    it('are the settled or the unsettled ones where that is asked for', async () => {
      await commit(block(1, [viewRow({ block: 1, viewer: STRANGER })]));
      const open = report();
      await book().recordReport(open);
      const keys = { cid: CID, provider: PROVIDER, creator: CREATOR };
      for (const [by, key] of Object.entries(keys) as ['cid' | 'provider' | 'creator', string][]) {
        expect(await ids({ by, key, settled: false })).to.deep.equal([open.ref]);
        expect(await ids({ by, key, settled: true })).to.deep.equal([viewId({ block: 1 })]);
      }
    });

    it('shows a report that nobody paid as unsettled', async () => {
      const recorded = report();
      await book().recordReport(recorded);
      const { rows } = await store().views({ by: 'cid', key: CID, limit: 10 });
      expect(rows[0]).to.include({ id: recorded.ref, source: 'reported', settled: false, blockNumber: null });
      expect(rows[0]).to.include({ amount: 1000n, creatorAmount: null, timestampSec: NOON });
    });

    it('finds views by CID, provider, viewer and creator, addresses in any case', async () => {
      await commit(
        block(1, [
          viewRow({ block: 1, logIndex: 0 }),
          viewRow({ block: 1, logIndex: 1, viewer: STRANGER }),
          viewRow({ block: 1, logIndex: 2, provider: STRANGER }),
          viewRow({ block: 1, logIndex: 3, creator: STRANGER }),
          viewRow({ block: 1, logIndex: 4, cid: 'bafyother' }),
        ]),
      );
      const upper = STRANGER.toUpperCase().replace('0X', '0x');
      expect(await ids({ by: 'viewer', key: upper })).to.deep.equal([viewId({ block: 1, logIndex: 1 })]);
      expect(await ids({ by: 'provider', key: upper })).to.deep.equal([viewId({ block: 1, logIndex: 2 })]);
      expect(await ids({ by: 'creator', key: upper })).to.deep.equal([viewId({ block: 1, logIndex: 3 })]);
      expect(await ids({ by: 'cid', key: 'bafyother' })).to.deep.equal([viewId({ block: 1, logIndex: 4 })]);
    });

    it('includes fromSec and excludes toSec', async () => {
      await commit(...[1, 2, 3, 4].map((number) => block(number, [viewRow({ block: number })])));
      const days = { fromSec: NOON + 2, toSec: NOON + 4 };
      const expected = [3, 2].map((number) => viewId({ block: number }));
      expect(await ids(days)).to.deep.equal(expected);
      const first = await store().views({ by: 'cid', key: CID, limit: 1, ...days });
      expect(await ids({ ...days, cursor: first.nextCursor ?? '' })).to.deep.equal([viewId({ block: 2 })]);
    });

    it('walks pages newest first without loss or repetition, through many views of one second', async () => {
      const blocks = [1, 2, 3].map((number) =>
        block(
          number,
          Array.from({ length: 5 }, (_, logIndex) =>
            viewRow({ block: number, logIndex, timestampSec: NOON + (number === 3 ? 1 : 0) }),
          ),
        ),
      );
      await commit(...blocks);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await store().views({ by: 'cid', key: CID, limit: 4, ...(cursor ? { cursor } : {}) });
        seen.push(...page.rows.map((row) => row.id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      const expected = [3, 2, 1].flatMap((number) =>
        [4, 3, 2, 1, 0].map((logIndex) => viewId({ block: number, logIndex })),
      );
      expect(seen).to.deep.equal(expected);
    });

    it('keeps its place in the pages while newer views arrive', async () => {
      await commit(block(1, [viewRow({ block: 1 })]), block(2, [viewRow({ block: 2 })]));
      const { nextCursor } = await store().views({ by: 'cid', key: CID, limit: 1 });
      await commit(block(3, [viewRow({ block: 3 })]));
      expect(await ids({ cursor: nextCursor ?? '' })).to.deep.equal([viewId({ block: 1 })]);
    });
  });

  describe('earnings()', () => {
    it('is empty for a wallet that earned nothing', async () => {
      expect(await store().earnings(STRANGER)).to.deep.equal({ byToken: [], byDay: [], nextCursor: null });
    });

    it('gives credits and withdrawals by coin, and amounts by day, newest day first', async () => {
      const withdrawn = { ...creditOf(CREATOR, 0n), add: { withdrawn: 4n } };
      await commit(
        block(1, [creditOf(CREATOR, 10n), dayOf(CREATOR, '2027-01-15', 10n)]),
        block(2, [creditOf(CREATOR, 5n), dayOf(CREATOR, '2027-01-16', 5n), withdrawn]),
        block(3, [creditOf(CREATOR, 7n)]), // a deposit that came back
      );
      const key = { contract: CONTRACT, token: NATIVE };
      expect(await store().earnings(CREATOR.toUpperCase().replace('0X', '0x'))).to.deep.equal({
        byToken: [{ ...key, credited: 22n, returned: 7n, withdrawn: 4n }],
        byDay: [
          { ...key, day: '2027-01-16', role: 'creator', amount: 5n },
          { ...key, day: '2027-01-15', role: 'creator', amount: 10n },
        ],
        nextCursor: null,
      });
    });

    it('walks pages without loss or repetition, first the coins, then the days', async () => {
      const of = <Row extends RowChange>({ key, ...row }: Row, change: Record<string, string>) => ({
        ...row,
        key: { ...key, ...change },
      });
      const coins = ['1', '2', '3'].map((digit) => `0x${digit.repeat(40)}`);
      const days = ['2027-01-15', '2027-01-16'].flatMap((day) =>
        coins
          .slice(1)
          .flatMap((token) =>
            ['creator', 'provider'].map((role) => of(dayOf(CREATOR, day, 1n), { token, role })),
          ),
      );
      const credits = coins.map((token) => of(creditOf(CREATOR, 1n), { token }));
      await commit(block(1, [...credits, ...days]));
      const all = await store().earnings(CREATOR);
      expect([all.byToken.length, all.byDay.length]).to.deep.equal([3, 8]);
      for (const limit of [1, 2, 3, 4, 10, 11]) {
        const seen: Earnings = { byToken: [], byDay: [], nextCursor: null };
        for (let cursor: string | undefined; ; ) {
          const page: Earnings = await store().earnings(CREATOR, { limit, cursor });
          expect(page.byToken.length + page.byDay.length).to.be.within(1, limit);
          seen.byToken.push(...page.byToken);
          seen.byDay.push(...page.byDay);
          if (page.nextCursor === null) break;
          cursor = page.nextCursor;
        }
        expect(seen, `${limit}`).to.deep.equal(all);
      }
      const { nextCursor } = await store().earnings(CREATOR, { limit: 1 });
      await rejected(store().earnings(STRANGER, { limit: 1, cursor: nextCursor ?? '' }), BadCursor);
    });
  });

  describe('earnedBy()', () => {
    const other = `0x${'cd'.repeat(32)}`;
    const all = (wallet: string, part: 'content' | 'provider', limit = 10, cursor?: string) =>
      store().earnedBy({ wallet, part, limit, cursor });

    it('sums up what views have brought in by content, and by provider for their creators', async () => {
      await commit(
        block(1, [contentRow(), viewRow({ block: 1 })]),
        block(2, [viewRow({ block: 2, contentId: other }), viewRow({ block: 2, logIndex: 1 })]),
      );
      const { rows } = await all(CREATOR, 'content');
      const views = rows.map(({ key, views }) => [key, views]);
      expect(views).to.deep.equal(
        [
          [CONTENT_ID, 2n],
          [other, 1n],
        ].sort(),
      );
      const sum = rows.reduce((total, { amount }) => total + amount, 0n);
      const byProvider = await all(CREATOR.toUpperCase().replace('0X', '0x'), 'provider');
      expect(byProvider.rows).to.have.length(1);
      expect(byProvider.rows[0]).to.include({ key: PROVIDER, amount: sum, views: 3n, role: 'creator' });
      expect(rows.find(({ key }) => key === CONTENT_ID)).to.include({ cid: CID, unit: 'view' });
      expect((await all(PROVIDER, 'content')).rows.map(({ role }) => role)).to.deep.equal([
        'provider',
        'provider',
      ]);
      expect((await all(PROVIDER, 'provider')).rows).to.deep.equal([]);
    });

    it('walks pages, and takes back what a reorganisation undoes', async () => {
      await commit(block(1, [viewRow({ block: 1 })]), block(2, [viewRow({ block: 2, contentId: other })]));
      const first = await all(CREATOR, 'content', 1);
      const second = await all(CREATOR, 'content', 1, first.nextCursor ?? '');
      expect([first, second].map(({ rows }) => rows.length)).to.deep.equal([1, 1]);
      expect(second.nextCursor).to.equal(null);
      await rejected(all(CREATOR, 'provider', 1, first.nextCursor ?? ''), BadCursor);
      await store().rollbackTo(1);
      expect((await all(CREATOR, 'content')).rows.map(({ key }) => key)).to.deep.equal([CONTENT_ID]);
    });
  });
}
