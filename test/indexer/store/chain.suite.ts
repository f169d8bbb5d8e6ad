import { expect } from 'chai';
import { BlocksOutOfOrder, NotUndoable } from '../../../indexer/store/errors.ts';
import type { Store } from '../../../indexer/store/store.ts';
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
  PROVIDER,
  streamRow,
  VIEWER,
  viewRow,
} from './samples.ts';

export function describeChainRecords(store: () => Store): void {
  const { backfill, commit } = commitsTo(store);
  describe('commitBlocks()', () => {
    it('throws BlocksOutOfOrder for a block whose parent is not the cursor', async () => {
      await commit(block(1));
      const orphan = block(2, [], 'other');
      const error = await rejected(commit(orphan), BlocksOutOfOrder);
      expect(error.stored).to.deep.equal({ number: 1, hash: hash('main 1') });
      expect(error.offered).to.equal(orphan);
    });

    it('throws BlocksOutOfOrder for a block at or below the cursor', async () => {
      await commit(block(1), block(2));
      await rejected(commit(block(2)), BlocksOutOfOrder);
      await rejected(backfill(block(1)), BlocksOutOfOrder);
    });

    it('throws BlocksOutOfOrder for a gap near the head, and allows it in a backfill', async () => {
      await backfill(block(1));
      await backfill(block(5), block(9));
      expect(await store().cursor()).to.deep.equal({ number: 9, hash: hash('main 9') });
      await rejected(commit(block(11)), BlocksOutOfOrder);
      await rejected(backfill(block(10, [], 'other')), BlocksOutOfOrder);
    });

    it('writes nothing at all when one row is refused', async () => {
      const twice = viewRow({ block: 1 });
      await rejected(commit(block(1, [creditOf(CREATOR, 5n), twice, twice])), Error);
      expect(await store().cursor()).to.equal(null);
      expect((await store().earnings(CREATOR)).byToken).to.deep.equal([]);
      expect((await store().views({ by: 'viewer', key: VIEWER, limit: 10 })).rows).to.deep.equal([]);
    });

    it('moves the cursor with the rows and remembers the headers', async () => {
      await commit(block(1), block(2, [viewRow({ block: 2 })]));
      expect(await store().cursor()).to.deep.equal({ number: 2, hash: hash('main 2') });
      expect(await store().headerAt(1)).to.deep.equal({ number: 1, hash: hash('main 1') });
      expect(await store().headerAt(3)).to.equal(null);
    });

    it('does nothing for no blocks', async () => {
      await commit();
      expect(await store().cursor()).to.equal(null);
    });

    for (const [way, write] of Object.entries({ 'block by block': commit, 'in a backfill': backfill })) {
      it(`adds up sums beyond 64 bits exactly, ${way}`, async () => {
        const big = 2n ** 80n + 1n;
        await write(block(1, [creditOf(CREATOR, big), creditOf(CREATOR, big)]));
        await write(block(2, [creditOf(CREATOR, 1n)]), block(3, [creditOf(CREATOR, 2n)]));
        const [credit] = (await store().earnings(CREATOR)).byToken;
        expect(credit?.credited).to.equal(2n * big + 3n);
      });
    }

    it('overwrites only the named columns of a row that exists', async () => {
      await commit(block(1, [contentRow({ video_name: 'Kept' })]));
      const retire = {
        table: 'content_metadata' as const,
        key: { contract: CONTRACT, content_id: CONTENT_ID },
        set: { scheduled_effective_at: 77, scheduled_retired: 1 },
      };
      await commit(block(2, [retire]));
      const content = await store().contentById(CONTRACT, CONTENT_ID);
      expect(content?.videoName).to.equal('Kept');
      expect(content?.scheduled).to.deep.equal({ effectiveAtSec: 77, terms: null });
    });
  });

  describe('rollbackTo()', () => {
    it('throws NotUndoable for a block that is not stored', async () => {
      await commit(block(5), block(6));
      expect((await rejected(store().rollbackTo(4), NotUndoable)).number).to.equal(4);
    });

    it('throws NotUndoable for a block below rows stored as final, and changes nothing', async () => {
      await commit(block(1));
      await backfill(block(2), block(3));
      await commit(block(4));
      await rejected(store().rollbackTo(1), NotUndoable);
      expect((await store().cursor())?.number).to.equal(4);
      await store().rollbackTo(3);
      expect((await store().cursor())?.number).to.equal(3);
    });

    it('restores contents, streams, views and sums as they were', async () => {
      await commit(block(1, [contentRow(), streamRow(PROVIDER, true, { block: 1 }), creditOf(CREATOR, 10n)]));
      const before = await everything(store());
      await commit(
        block(2, [contentRow({ price: 7n }), creditOf(CREATOR, 5n), dayOf(CREATOR, '2027-01-15', 5n)]),
        block(3, [streamRow(PROVIDER, false, { block: 3 }), viewRow({ block: 3 }), creditOf(CREATOR, 6n)]),
        block(4, [creditOf(VIEWER, 1n), creditOf(CREATOR, 1n), streamRow(VIEWER, true, { block: 4 })]),
      );
      expect(await everything(store())).not.to.deep.equal(before);
      await store().rollbackTo(1);
      expect(await everything(store())).to.deep.equal(before);
    });

    it('lets the other fork follow', async () => {
      await commit(block(1), block(2, [viewRow({ block: 2 })]));
      await store().rollbackTo(1);
      const other = block(
        2,
        [viewRow({ block: 2, fork: 'other', txHash: hash('other tx') })],
        'other',
        'main',
      );
      await commit(other);
      expect(await store().headerAt(2)).to.deep.equal({ number: 2, hash: hash('other 2') });
      const page = await store().views({ by: 'cid', key: CID, limit: 10 });
      expect(page.rows.map((row) => row.txHash)).to.deep.equal([hash('other tx')]);
    });

    it('at the cursor changes nothing', async () => {
      await commit(block(1, [creditOf(CREATOR, 10n)]));
      const before = await everything(store());
      await store().rollbackTo(1);
      expect(await everything(store())).to.deep.equal(before);
    });
  });

  describe('pruneBelow()', () => {
    it('forgets older headers and keeps what a rollback to the rest needs', async () => {
      const blocks = [1, 2, 3, 4].map((number) => block(number, [creditOf(CREATOR, 1n)]));
      await commit(...blocks);
      await store().pruneBelow(3);
      expect(await store().headerAt(2)).to.equal(null);
      await rejected(store().rollbackTo(2), NotUndoable);
      await store().rollbackTo(3);
      expect((await store().earnings(CREATOR)).byToken[0]?.credited).to.equal(3n);
    });
  });

  describe('clearChain()', () => {
    it('forgets rows, headers, cursor, identity and contracts', async () => {
      await store().setChainIdentity({ chainId: 5, genesisHash: hash('genesis') });
      await store().setIndexedContracts([CONTRACT]);
      await commit(block(1, [contentRow(), creditOf(CREATOR, 1n), viewRow({ block: 1 })]));
      await store().clearChain();
      expect(await store().cursor()).to.equal(null);
      expect(await store().headerAt(1)).to.equal(null);
      expect(await store().chainIdentity()).to.equal(null);
      expect(await store().indexedContracts()).to.deep.equal([]);
      const empty = await everything(store());
      expect(empty).to.deep.equal({
        contents: [],
        streams: [],
        views: [],
        earnings: { byToken: [], byDay: [], nextCursor: null },
      });
    });
  });

  describe('chainIdentity()', () => {
    it('is null in a new store, then what was set', async () => {
      expect(await store().chainIdentity()).to.equal(null);
      await store().setChainIdentity({ chainId: 31337, genesisHash: hash('genesis') });
      expect(await store().chainIdentity()).to.deep.equal({ chainId: 31337, genesisHash: hash('genesis') });
    });
  });
}

async function everything(store: Store) {
  return {
    contents: (await store.searchContents({ nowSec: 0, limit: 100 })).rows,
    streams: await store.streamsBy(PROVIDER, { cidKey: CID }),
    views: (await store.views({ by: 'cid', key: CID, limit: 100 })).rows,
    earnings: await store.earnings(CREATOR),
  };
}
