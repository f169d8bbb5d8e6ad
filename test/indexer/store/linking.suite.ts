import { expect } from 'chai';
import type { Book, NewReport } from '../../../indexer/store/book.ts';
import type { Store } from '../../../indexer/store/store.ts';
import { block, CID, commitsTo, hash, NOON, report, type ViewSample, viewId, viewRow } from './samples.ts';

const DAY = 86_400;

export function describeLinking(store: () => Store, book: () => Book): void {
  const blocks = commitsTo(store);
  const record = async (overrides: Partial<NewReport> = {}) => {
    await book().recordReport(report(overrides));
    return await store().coveringView(report(overrides).ref);
  };
  const linkOf = async (overrides: Partial<NewReport> = {}) => {
    expect(await book().recordReport(report(overrides))).to.equal(false);
    return await store().coveringView(report(overrides).ref);
  };
  const commit = (...views: ViewSample[]) =>
    blocks.commit(
      ...[...new Set(views.map((view) => view.block))].map((number) =>
        block(
          number,
          views.filter((view) => view.block === number).map((view) => viewRow(view)),
        ),
      ),
    );
  const shown = async () =>
    (await store().views({ by: 'cid', key: CID, limit: 100 })).rows.map(
      ({ id, source, reportedUnits }) => `${source} ${id} ${reportedUnits}`,
    );

  it('a report of a view that costs nothing is nothing to be paid', async () => {
    await record({ price: 0n });
    await record({ price: 1n, viewTimeSec: NOON + 1 });
    expect((await store().unsettledReports({})).map(({ price }) => price)).to.deep.equal([1n]);
  });

  describe('a report of a paid view', () => {
    for (const when of ['before', 'after'] as const) {
      it(`is covered by a direct payment recorded ${when} it, and shown once`, async () => {
        if (when === 'before') await commit({ block: 1 });
        const linked = await record();
        if (when === 'after') await commit({ block: 1 });
        expect(linked ?? (await linkOf())).to.equal(viewId({ block: 1 }));
        expect(await shown()).to.deep.equal([`direct ${viewId({ block: 1 })} 1`]);
        expect(await store().unsettledReports({})).to.deep.equal([]);
      });

      it(`is covered by the sponsored view of its ref recorded ${when} it`, async () => {
        const { ref } = report();
        const sponsored = { block: 1, source: 'sponsored', ref, timestampSec: NOON, item: 7 } as const;
        if (when === 'before') await commit(sponsored);
        const linked = await record();
        if (when === 'after') await commit(sponsored);
        expect(linked ?? (await linkOf())).to.equal(viewId(sponsored));
      });

      it(`is covered by the transaction it names, days apart, recorded ${when} it`, async () => {
        const named = { block: 2, timestampSec: NOON + 9 * DAY };
        const overrides = { txHash: hash('tx 2') };
        if (when === 'before') await commit({ block: 1 }, named);
        const linked = await record(overrides);
        if (when === 'after') await commit(named);
        expect(linked ?? (await linkOf(overrides))).to.equal(viewId(named));
      });
    }

    const apart: [string, ViewSample, Partial<NewReport>][] = [
      ['of another viewer', { block: 1, viewer: `0x${'ee'.repeat(20)}` }, {}],
      ['of another provider', { block: 1, provider: `0x${'ee'.repeat(20)}` }, {}],
      ['of another content', { block: 1, contentId: hash('other content') }, {}],
      ['of another deployment', { block: 1, contract: `0x${'ee'.repeat(20)}` }, {}],
      ['more than 24 h before', { block: 1, timestampSec: NOON - DAY - 1 }, {}],
      ['more than 24 h after', { block: 1, timestampSec: NOON + DAY + 1 }, {}],
      [
        'of another viewer in the same transaction',
        { block: 1, viewer: `0x${'ee'.repeat(20)}` },
        { txHash: hash('tx 1') },
      ],
      [
        'sponsored under another ref',
        { block: 1, source: 'sponsored', ref: hash('x'), timestampSec: NOON },
        {},
      ],
    ];
    for (const [what, view, overrides] of apart) {
      it(`is not covered by a payment ${what}, in either order`, async () => {
        await record({ ...overrides, viewTimeSec: NOON });
        await commit(view);
        expect(await linkOf({ ...overrides, viewTimeSec: NOON })).to.equal(null);
        const second = { ...overrides, viewTimeSec: NOON, ref: hash('second') };
        expect(await record(second)).to.equal(null);
      });
    }

    it('is covered at exactly 24 h', async () => {
      await commit({ block: 1, timestampSec: NOON - DAY });
      expect(await record()).to.equal(viewId({ block: 1 }));
    });

    it('takes one unit: a payment of two covers two reports, not three', async () => {
      await commit({ block: 1, units: 2 });
      expect(await record({ viewTimeSec: NOON })).to.equal(viewId({ block: 1 }));
      expect(await record({ viewTimeSec: NOON + 1 })).to.equal(viewId({ block: 1 }));
      expect(await record({ viewTimeSec: NOON + 2 })).to.equal(null);
      expect(
        (await store().views({ by: 'cid', key: CID, limit: 9 })).rows.map((row) => row.reportedUnits),
      ).to.deep.equal([0, 2]);
    });

    it('takes one unit also when the payment comes last: the nearest reports win, then the oldest', async () => {
      for (const offset of [-20, 30, 20, -40]) await record({ viewTimeSec: NOON + 1 + offset });
      await commit({ block: 1, units: 3 });
      expect(await linkOf({ viewTimeSec: NOON + 1 - 20 })).to.equal(viewId({ block: 1 }));
      expect(await linkOf({ viewTimeSec: NOON + 1 + 20 })).to.equal(viewId({ block: 1 }));
      expect(await linkOf({ viewTimeSec: NOON + 1 + 30 })).to.equal(viewId({ block: 1 }));
      expect(await linkOf({ viewTimeSec: NOON + 1 - 40 })).to.equal(null);
    });

    it('takes the nearest payment, and of equally near ones the oldest', async () => {
      await commit(
        { block: 1, timestampSec: NOON - 100 },
        { block: 2, timestampSec: NOON - 10 },
        { block: 3, timestampSec: NOON + 10 },
      );
      expect(await record()).to.equal(viewId({ block: 2 }));
      expect(await record({ viewTimeSec: NOON + 1 })).to.equal(viewId({ block: 3 }));
      expect(await record({ viewTimeSec: NOON + 2 })).to.equal(viewId({ block: 1 }));
    });

    it('prefers the transaction it names over a nearer payment', async () => {
      await commit({ block: 1, timestampSec: NOON }, { block: 2, timestampSec: NOON + 500 });
      expect(await record({ txHash: hash('tx 2') })).to.equal(viewId({ block: 2 }));
    });

    it('is covered by a backfill too', async () => {
      await record();
      await blocks.backfill(block(1, [viewRow({ block: 1 })]));
      expect(await linkOf()).to.equal(viewId({ block: 1 }));
    });
  });

  describe('a reorganisation', () => {
    it('opens the report again when its payment is gone', async () => {
      await blocks.commit(block(1));
      await record();
      await commit({ block: 2 });
      expect(await linkOf()).to.equal(viewId({ block: 2 }));
      await store().rollbackTo(1);
      expect(await linkOf()).to.equal(null);
      expect((await store().unsettledReports({})).map(({ ref }) => ref)).to.deep.equal([report().ref]);
    });

    it('covers the report by another payment that has a unit to spare', async () => {
      await commit({ block: 1, timestampSec: NOON - 50 }, { block: 2, timestampSec: NOON });
      expect(await record()).to.equal(viewId({ block: 2 }));
      await store().rollbackTo(1);
      expect(await linkOf()).to.equal(viewId({ block: 1 }));
    });

    it('covers the report again when the payment is mined in another block', async () => {
      await blocks.commit(block(1));
      await commit({ block: 2 });
      await record();
      await store().rollbackTo(1);
      const again = { block: 3, txHash: hash('tx 2') };
      await blocks.commit(block(2, [], 'other', 'main'), block(3, [viewRow(again)], 'other'));
      expect(await linkOf()).to.equal(viewId(again));
    });
  });

  describe('clearChain()', () => {
    it('keeps reports, open again', async () => {
      await commit({ block: 1 });
      await record();
      await store().clearChain();
      expect(await shown()).to.deep.equal([`reported ${report().ref} 0`]);
      expect((await store().unsettledReports({})).length).to.equal(1);
    });
  });
}
