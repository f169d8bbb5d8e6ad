import { expect } from 'chai';
import type { Book, Takedown } from '../../../indexer/store/book.ts';
import type { Store } from '../../../indexer/store/store.ts';
import {
  block,
  CID,
  CONTENT_ID,
  CONTRACT,
  CREATOR,
  commitsTo,
  contentRow,
  hash,
  NOON,
  PROVIDER,
  streamRow,
} from './samples.ts';

const TAKEDOWN: Takedown = {
  cidKey: CID,
  cid: `f${CID}`,
  reason: 'Court order 12',
  takenBy: 'ann',
  takenAtSec: NOON,
};
const OTHER_ID = hash('another content');

export function describeTakedowns(store: () => Store, book: () => Book): void {
  const { commit } = commitsTo(store);
  const changes = async (seq: number) =>
    (await store().changesAfter(seq, 10)).map(({ of, isNew, concerns: { cidKey } }) => ({
      of,
      isNew,
      cidKey,
    }));
  const CONTENT_CHANGED = { of: 'content', isNew: false, cidKey: CID };

  describe('takedowns', () => {
    it('are known until they are lifted', async () => {
      expect(await book().takedownOf(CID)).to.equal(null);
      expect(await book().hasTakedowns()).to.equal(false);
      await book().takeDown(TAKEDOWN);
      expect(await book().takedownOf(CID)).to.deep.equal(TAKEDOWN);
      expect(await book().takedownOf('another')).to.equal(null);
      expect([await book().hasTakedowns(), await book().countTakedowns()]).to.deep.equal([true, 1]);
      expect(await book().liftTakedown(CID)).to.equal(true);
      expect(await book().liftTakedown(CID)).to.equal(false);
      expect(await book().takedownOf(CID)).to.equal(null);
      expect([await book().hasTakedowns(), await book().countTakedowns()]).to.deep.equal([false, 0]);
    });

    it('made again keep who and when, and take a later reason', async () => {
      await book().takeDown(TAKEDOWN);
      await book().takeDown({ ...TAKEDOWN, reason: null, takenBy: 'bob', takenAtSec: NOON + 9 });
      expect(await book().takedownOf(CID)).to.deep.equal(TAKEDOWN);
      await book().takeDown({ ...TAKEDOWN, reason: 'Court order 13', takenBy: 'bob' });
      expect(await book().takedownOf(CID)).to.deep.equal({ ...TAKEDOWN, reason: 'Court order 13' });
    });

    it('stay over a chain that is indexed anew', async () => {
      await book().takeDown(TAKEDOWN);
      await store().clearChain();
      expect(await book().takedownOf(CID)).to.deep.equal(TAKEDOWN);
    });

    it('tell caches of the content, at their beginning and their end, and no client', async () => {
      const { seq } = await store().feedEnd();
      await book().liftTakedown(CID);
      expect(await changes(seq)).to.deep.equal([]);
      await book().takeDown(TAKEDOWN);
      expect(await changes(seq)).to.deep.equal([CONTENT_CHANGED]);
      await book().liftTakedown(CID);
      expect(await changes(seq)).to.deep.equal([CONTENT_CHANGED, CONTENT_CHANGED]);
      expect(await store().feedAfter(seq, 10)).to.deep.equal([]);
    });

    it('leave their content out of a search for what is shown, and of no other', async () => {
      const shown = { video_name: 'Shown', cid: 'another', cid_key: 'another', content_id: OTHER_ID };
      await commit(
        block(1, [
          contentRow({ video_name: 'Taken' }, { block: 1 }),
          contentRow(shown, { block: 1, logIndex: 1 }),
        ]),
      );
      const names = async (query: object) =>
        (await store().searchContents({ nowSec: NOON, limit: 10, ...query })).rows.map(
          ({ videoName }) => videoName,
        );
      await book().takeDown(TAKEDOWN);
      expect(await names({ isShown: true })).to.deep.equal(['Shown']);
      expect(await names({ isShown: true, search: CID })).to.deep.equal([]);
      expect(await names({ isShown: true, creator: CREATOR })).to.deep.equal(['Shown']);
      expect(await names({})).to.deep.equal(['Shown', 'Taken']);
      await book().liftTakedown(CID);
      expect(await names({ isShown: true })).to.deep.equal(['Shown', 'Taken']);
    });

    it("find a provider's active streams of their content", async () => {
      const found = async (provider = PROVIDER) =>
        (await store().streamsTakenDown(provider)).map(({ contract, contentId }) => ({
          contract,
          contentId,
        }));
      await commit(block(1, [contentRow(), streamRow(PROVIDER, true, { block: 1 })]));
      expect(await found()).to.deep.equal([]);
      await book().takeDown(TAKEDOWN);
      expect(await found()).to.deep.equal([{ contract: CONTRACT, contentId: CONTENT_ID }]);
      expect(await found(PROVIDER.toUpperCase().replace('0X', '0x'))).to.have.length(1);
      expect(await found(CREATOR)).to.deep.equal([]);
      await commit(block(2, [streamRow(PROVIDER, false, { block: 2 })]));
      expect(await found()).to.deep.equal([]);
    });
  });
}
