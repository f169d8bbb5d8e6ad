import { expect } from 'chai';
import type { Book, NewReport } from '../../../indexer/store/book.ts';
import type { FeedEntry, FeedPosition, Store } from '../../../indexer/store/store.ts';
import {
  block,
  CID,
  CONTENT_ID,
  CONTRACT,
  CREATOR,
  commitsTo,
  contentRow,
  creditOf,
  hash,
  PROVIDER,
  report,
  streamRow,
  VIEWER,
  viewId,
  viewRow,
} from './samples.ts';

/** Whom a view concerns. */
const EVERYBODY = { cidKey: CID, creator: CREATOR, provider: PROVIDER, viewer: VIEWER };

export function describeFeed(store: () => Store, book: () => Book): void {
  const { backfill, commit } = commitsTo(store);
  let start: FeedPosition;
  beforeEach(async () => {
    start = await store().feedEnd();
  });
  const news = () => store().feedAfter(start.seq, 100);
  const told = async () => (await news()).map(inShort);
  const record = (overrides: Partial<NewReport> = {}) => book().recordReport(report(overrides));

  describe('feedEnd()', () => {
    it('is after the newest entry, and stays where nothing is told', async () => {
      await commit(block(1, [viewRow({ block: 1 })]), block(2));
      const end = await store().feedEnd();
      expect(end).to.deep.equal({ feed: start.feed, seq: (await news()).at(-1)?.seq });
      await commit(block(3));
      expect(await store().feedEnd()).to.deep.equal(end);
    });

    it('grows with a rollback too, so that no number is given twice', async () => {
      await commit(block(1), block(2, [viewRow({ block: 2 })]));
      const before = await store().feedEnd();
      await store().rollbackTo(1);
      expect((await store().feedEnd()).seq).to.be.above(before.seq);
    });
  });

  describe('feedAfter()', () => {
    it('of a new store begins with a reset', async () => {
      expect((await store().feedAfter(0, 10)).map(({ event }) => event)).to.deep.equal(['reset']);
    });

    it("tells a block's views, streams and contents in its order, with their rows and whom they concern", async () => {
      await commit(
        block(1, [contentRow(), streamRow(PROVIDER, true, { block: 1 })]),
        block(2, [viewRow({ block: 2 }), creditOf(CREATOR, 1n), streamRow(PROVIDER, false, { block: 2 })]),
      );
      const content = await store().contentById(CONTRACT, CONTENT_ID);
      const { rows } = await store().views({ by: 'cid', key: CID, limit: 10 });
      const ended = await store().stream(CONTRACT, CONTENT_ID, PROVIDER);
      const about = { cidKey: CID, creator: CREATOR };
      const found = await news();
      expect(found.map(({ seq: _, ...entry }) => entry)).to.deep.equal([
        { event: 'content.published', content, concerns: { ...about, provider: null, viewer: null } },
        {
          event: 'stream.registered',
          stream: { ...ended, active: true, registeredAtSec: 1_800_000_001, txHash: hash('tx 1') },
          concerns: { ...about, provider: PROVIDER, viewer: null },
        },
        {
          event: 'view.recorded',
          view: rows[0],
          concerns: EVERYBODY,
        },
        { event: 'stream.ended', stream: ended, concerns: { ...about, provider: PROVIDER, viewer: null } },
      ]);
      expect(found.map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4].map((n) => start.seq + n));
    });

    it('goes on from any entry, in pages', async () => {
      const views = [0, 1, 2, 3, 4].map((logIndex) => viewRow({ block: 1, logIndex }));
      await commit(block(1, views));
      const all = await news();
      const paged: FeedEntry[] = [];
      for (let seq = start.seq; paged.length < all.length; seq = paged.at(-1)?.seq ?? Number.NaN) {
        paged.push(...(await store().feedAfter(seq, 2)));
      }
      expect(paged).to.deep.equal(all);
      expect(await store().feedAfter(all.at(-1)?.seq ?? 0, 2)).to.deep.equal([]);
    });

    it('tells nothing of a commit that fails', async () => {
      const twice = viewRow({ block: 1 });
      await commit(block(1, [contentRow(), twice, twice])).catch(() => undefined);
      expect(await told()).to.deep.equal([]);
    });

    it('tells a backfill as one reset, and nothing of what was before', async () => {
      await commit(block(1, [viewRow({ block: 1 })]));
      await backfill(block(2, [viewRow({ block: 2 })]));
      await backfill(block(3, [viewRow({ block: 3 })]));
      expect(await told()).to.deep.equal(['reset']);
      expect((await store().feedAfter(0, 10)).length).to.equal(1);
    });

    it('tells nothing of a backfill without rows', async () => {
      await backfill(block(1), block(7));
      expect(await told()).to.deep.equal([]);
    });

    it('tells clearChain() as a reset', async () => {
      await commit(block(1, [viewRow({ block: 1 })]));
      await store().clearChain();
      expect(await told()).to.deep.equal(['reset']);
    });
  });

  describe('changesAfter()', () => {
    const changes = async (seq = start.seq) =>
      (await store().changesAfter(seq, 100)).map(({ of, isNew, onChain, account }) => ({
        of,
        isNew,
        onChain,
        account,
      }));
    const view = { of: 'view', isNew: true, onChain: true, account: null };

    it('tells the same changes, in the same order, of whom they concern', async () => {
      await commit(block(1, [contentRow(), streamRow(PROVIDER, true, { block: 1 }), viewRow({ block: 1 })]));
      await record({ viewTimeSec: report().viewTimeSec - 90_000 });
      const [entries, found] = [await news(), await store().changesAfter(start.seq, 100)];
      expect(found.map(({ seq, concerns }) => ({ seq, concerns }))).to.deep.equal(
        entries.map(({ seq, concerns }) => ({ seq, concerns })),
      );
      expect(await changes()).to.deep.equal([
        { ...view, of: 'content', isNew: false },
        { ...view, of: 'stream', isNew: false },
        view,
        { ...view, onChain: false },
      ]);
      expect(await store().changesAfter(start.seq, 2)).to.deep.equal(found.slice(0, 2));
    });

    it('tells of credits that no view tells of, and that they were taken back', async () => {
      await commit(block(1));
      const paid = [viewRow({ block: 2 }), creditOf(CREATOR, 1n), creditOf(VIEWER, 2n)];
      await commit(block(2, paid));
      const credits = { of: 'credits', isNew: false, onChain: true, account: VIEWER };
      expect(await changes()).to.deep.equal([view, credits]);
      expect(await told()).to.deep.equal([`view.recorded ${viewId({ block: 2 })}`]);
      const { seq } = await store().feedEnd();
      await store().rollbackTo(1);
      expect(await changes(seq)).to.deep.equal([
        { ...credits, onChain: false },
        { ...view, isNew: false },
      ]);
    });

    it('tells a backfill as a change of everything', async () => {
      await backfill(block(1, [viewRow({ block: 1 })]));
      expect((await changes()).map(({ of }) => of)).to.deep.equal(['all']);
    });
  });

  describe('the feed of reports', () => {
    it('tells a report once, however often it is sent', async () => {
      await record();
      await record();
      expect(await told()).to.deep.equal([`view.recorded ${report().ref}`]);
      expect((await news())[0]?.concerns).to.deep.equal(EVERYBODY);
    });

    it('tells that a payment covers a report that came before it', async () => {
      await record();
      await commit(block(1, [viewRow({ block: 1 })]));
      const view = viewId({ block: 1 });
      expect(await told()).to.deep.equal([
        `view.recorded ${report().ref}`,
        `view.recorded ${view}`,
        `view.covered ${report().ref} by ${view}`,
      ]);
    });

    it('never tells a report as a view that was paid before it came', async () => {
      await commit(block(1, [viewRow({ block: 1 })]));
      await record();
      const view = viewId({ block: 1 });
      expect(await told()).to.deep.equal([
        `view.recorded ${view}`,
        `view.covered ${report().ref} by ${view}`,
      ]);
      const covered = (await news()).at(-1);
      expect(covered?.event === 'view.covered' && covered.view.reportedUnits).to.equal(1);
    });

    it('tells a report again whose payment was taken back', async () => {
      await commit(block(1), block(2, [viewRow({ block: 2 })]));
      await record();
      await store().rollbackTo(1);
      expect(await told()).to.deep.equal([
        `reverted view ${viewId({ block: 2 })}`,
        `view.recorded ${report().ref}`,
      ]);
    });
  });

  describe('the feed of a rollback', () => {
    it('tells what is void, newest first, and what stands there now', async () => {
      await commit(block(1, [contentRow({ video_name: 'Before' }), streamRow(PROVIDER, true, { block: 1 })]));
      await commit(
        block(2, [contentRow({ video_name: 'Void' }), streamRow(PROVIDER, false, { block: 2 })]),
        block(3, [streamRow(VIEWER, true, { block: 3 }), viewRow({ block: 3 })]),
      );
      const { seq } = await store().feedEnd();
      await store().rollbackTo(1);
      const found = await store().feedAfter(seq, 100);
      expect(found.map(inShort)).to.deep.equal([
        `reverted view ${viewId({ block: 3 })}`,
        `reverted stream ${VIEWER}: none`,
        `reverted stream ${PROVIDER}: active`,
        'reverted content: Before',
      ]);
      expect(found[0]?.concerns).to.deep.equal(EVERYBODY);
    });

    it('leaves to whoever was not there yet no trace of what is void', async () => {
      await commit(block(1), block(2, [viewRow({ block: 2 })]));
      await store().rollbackTo(1);
      await commit(block(2, [viewRow({ block: 2, fork: 'other', txHash: hash('other') })], 'other', 'main'));
      const kept = viewId({ block: 2, txHash: hash('other') });
      expect(await told()).to.deep.equal([`reverted view ${viewId({ block: 2 })}`, `view.recorded ${kept}`]);
    });

    it('tells one row once, however often it changed', async () => {
      await commit(block(1));
      await commit(
        ...[2, 3, 4].map((number) =>
          block(number, [streamRow(PROVIDER, number % 2 === 0, { block: number })]),
        ),
      );
      const { seq } = await store().feedEnd();
      await store().rollbackTo(1);
      const found = await store().feedAfter(seq, 100);
      expect(found.map(inShort)).to.deep.equal([`reverted stream ${PROVIDER}: none`]);
    });

    it('of blocks that told nothing tells nothing', async () => {
      await commit(block(1), block(2, [creditOf(CREATOR, 1n)]));
      await store().rollbackTo(1);
      expect(await told()).to.deep.equal([]);
    });
  });
}

/** What a listener makes of an entry. */
export function inShort(entry: FeedEntry): string {
  switch (entry.event) {
    case 'view.recorded':
      return `${entry.event} ${entry.view.id}`;
    case 'view.covered':
      return `${entry.event} ${entry.reportId} by ${entry.view.id}`;
    case 'reverted':
      return `reverted ${whatStands(entry.reverted)}`;
    default:
      return entry.event;
  }
}

function whatStands(reverted: (FeedEntry & { event: 'reverted' })['reverted']): string {
  switch (reverted.kind) {
    case 'view':
      return `view ${reverted.id}`;
    case 'stream':
      return `stream ${reverted.provider}: ${reverted.stream ? (reverted.stream.active ? 'active' : 'ended') : 'none'}`;
    case 'content':
      return `content: ${reverted.content?.videoName ?? 'none'}`;
  }
}
