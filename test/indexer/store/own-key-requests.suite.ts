import { expect } from 'chai';
import type { Book, OwnKeyRequest } from '../../../indexer/store/book.ts';
import { BadCursor } from '../../../indexer/store/cursor.ts';
import { rejected } from '../../rejection.ts';
import { CID, CONTENT_ID, CONTRACT, hash, NOON } from './samples.ts';

export function describeOwnKeyRequests(book: () => Book): void {
  const asked: OwnKeyRequest = {
    ...{ contract: CONTRACT, contentId: CONTENT_ID, cidKey: CID, from: 'https://first.example' },
    ...{ state: 'waiting', askedAtSec: NOON, untilSec: NOON + 60, reason: null },
  };
  const all = async () => (await book().ownKeyRequests({ limit: 10 })).rows;

  describe('keys that were asked for', () => {
    it('are one row for each content, of which the last answer counts', async () => {
      await book().noteOwnKeyRequest(asked);
      await book().noteOwnKeyRequest({ ...asked, contentId: hash('another'), cidKey: 'another' });
      const granted = { state: 'granted', askedAtSec: NOON + 5, untilSec: NOON + 900 } as const;
      const shouted = CONTENT_ID.toUpperCase().replace('0X', '0x');
      await book().noteOwnKeyRequest({ ...asked, ...granted, contentId: shouted });
      expect(await all()).to.deep.equal([
        { ...asked, contentId: hash('another'), cidKey: 'another' },
        { ...asked, ...granted },
      ]);
    });

    it('come in pages, and are forgotten with their CID', async () => {
      for (const nth of [1, 2, 3]) {
        const reason = `no. ${nth}`;
        const failed = { state: 'failed', untilSec: null, reason } as const;
        await book().noteOwnKeyRequest({ ...asked, ...failed, contentId: hash(nth), cidKey: `${nth}` });
      }
      const first = await book().ownKeyRequests({ limit: 2 });
      expect(first.rows.map(({ reason }) => reason)).to.deep.equal(['no. 3', 'no. 2']);
      const second = await book().ownKeyRequests({ limit: 2, cursor: first.nextCursor ?? '' });
      expect(second.rows.map(({ cidKey }) => cidKey)).to.deep.equal(['1']);
      expect(second.nextCursor).to.equal(null);
      await rejected(book().ownKeyRequests({ limit: 2, cursor: 'another' }), BadCursor);
      expect(await book().forgetOwnKeyRequests('2')).to.equal(true);
      expect(await book().forgetOwnKeyRequests('2')).to.equal(false);
      expect((await all()).map(({ cidKey }) => cidKey)).to.deep.equal(['3', '1']);
    });
  });
}
