import { expect } from 'chai';
import type { Book } from '../../../indexer/store/book.ts';
import { BadCursor } from '../../../indexer/store/cursor.ts';
import { nameKey } from '../../../indexer/store/name-key.ts';
import type { ContentQuery, Store } from '../../../indexer/store/store.ts';
import { rejected } from '../../rejection.ts';
import {
  block,
  CID,
  CONTRACT,
  CREATOR,
  commitsTo,
  contentRow,
  hash,
  NATIVE,
  NOON,
  PROVIDER,
  report,
  streamRow,
  VIEWER,
  viewRow,
} from './samples.ts';

const COIN = `0x${'dd'.repeat(20)}`;

export function describeCatalogueSearch(store: () => Store, book: () => Book): void {
  const { commit } = commitsTo(store);
  const listing = (name: string, more: Record<string, string | number | bigint | null> = {}, logIndex = 0) =>
    contentRow(
      {
        ...{ content_id: hash(name), cid: `cid ${name}`, cid_key: `cid ${name}` },
        ...{ video_name: name, name_key: nameKey(name), ...more },
      },
      { block: 1, logIndex },
    );
  const publish = (...names: (string | [string, Record<string, string | number | bigint | null>])[]) =>
    commit(
      block(
        1,
        names.map((name, at) => (typeof name === 'string' ? listing(name, {}, at) : listing(...name, at))),
      ),
    );
  const view = (name: string, number: number, logIndex = 0) =>
    viewRow({ block: number, logIndex, contentId: hash(name) });
  const serve = (name: string, active: boolean, number: number, provider = PROVIDER) => {
    const row = streamRow(provider, active, { block: number });
    return { ...row, key: { ...row.key, content_id: hash(name) } };
  };
  const page = (query: Partial<ContentQuery> = {}) =>
    store().searchContents({ nowSec: NOON, limit: 100, ...query });
  const names = async (query: Partial<ContentQuery> = {}) =>
    (await page(query)).rows.map(({ videoName }) => videoName);
  const counts = async (name: string) => {
    const row = (await page()).rows.find(({ videoName }) => videoName === name);
    return row && [row.views, row.streams];
  };

  describe('searchContents() by words', () => {
    beforeEach(() =>
      publish(
        ...['The Old Ocean', 'Ocean-View (director’s cut)', 'Documentary: whales', 'Mobby Dick'],
        ...['ÜBERSEE 2', '日本語の映画', 'Moves', 'Move on'],
      ),
    );

    for (const [q, found] of [
      ['ocean', ['Ocean-View (director’s cut)', 'The Old Ocean']],
      ['OCEAN old', ['The Old Ocean']],
      ['view ocean', ['Ocean-View (director’s cut)']],
      ['whale docu', ['Documentary: whales']],
      ['mentar', ['Documentary: whales']],
      ['th', ['The Old Ocean']],
      ['o', ['Move on', 'Ocean-View (director’s cut)', 'The Old Ocean']],
      ['2 übersee', ['ÜBERSEE 2']],
      ['映画', ['日本語の映画']],
      // One letter wrong, missing, too many, or in the place of the next.
      ['oceen', ['Ocean-View (director’s cut)', 'The Old Ocean']],
      ['ocan', ['Ocean-View (director’s cut)', 'The Old Ocean']],
      ['oceaan', ['Ocean-View (director’s cut)', 'The Old Ocean']],
      ['ocaen odl', []],
      ['ocaen old', ['The Old Ocean']],
      ['ocena veiw', ['Ocean-View (director’s cut)']],
      ['documantary wahles', ['Documentary: whales']],
      ['documantray', []],
      ['dokument', ['Documentary: whales']],
      ['moby', ['Mobby Dick']],
      ['mvoe', ['Move on']],
      ['uebersee', []],
      ['ubersee', ['ÜBERSEE 2']],
      // Who is found as it is written is not mixed with others.
      ['moves', ['Moves']],
      ['"; drop', []],
      ['?!', []],
    ] as const) {
      it(`finds ${JSON.stringify(found)} for ${q}`, async () => {
        expect(await names({ q })).to.deep.equal(found);
        for (const sort of ['views', 'price'] as const)
          expect(await names({ q, sort }), sort).to.have.members([...found]);
      });
    }

    it('finds by CID, and by the address of a creator', async () => {
      await commit(
        block(2, [
          listing('By CID', { cid_key: CID, content_creator_wallet: VIEWER, published_block: 2 }),
          listing('By address', { content_creator_wallet: PROVIDER, published_block: 2 }, 1),
        ]),
      );
      expect(await names({ q: ` ${CID} ` })).to.deep.equal(['By CID']);
      expect(await names({ q: PROVIDER.toUpperCase().replace('0X', '0x') })).to.deep.equal(['By address']);
    });

    it('walks pages of words with a wrong letter, and takes no cursor of other words', async () => {
      const first = await page({ q: 'ocaen', limit: 1 });
      expect(first.rows.map(({ videoName }) => videoName)).to.deep.equal(['Ocean-View (director’s cut)']);
      const cursor = first.nextCursor ?? '';
      const second = await page({ q: 'ocaen', limit: 1, cursor });
      expect(second.rows.map(({ videoName }) => videoName)).to.deep.equal(['The Old Ocean']);
      expect(second.nextCursor).to.equal(null);
      await rejected(page({ q: 'ocean', limit: 1, cursor }), BadCursor);
    });

    it('follows a name that changes, and one that is undone', async () => {
      await commit(block(2, [listing('Moves', { video_name: 'Rests', name_key: 'rests' }, 6)]));
      expect(await names({ q: 'moves' })).to.deep.equal(['Move on']);
      expect(await names({ q: 'rests' })).to.deep.equal(['Rests']);
      await store().rollbackTo(1);
      expect(await names({ q: 'moves' })).to.deep.equal(['Moves']);
      expect(await names({ q: 'rests' })).to.deep.equal([]);
    });
  });

  describe('what searchContents() counts', () => {
    it('is the history and the active streams of each listing, also after they were undone', async () => {
      await publish('a', 'b');
      await commit(
        block(2, [view('a', 2), view('a', 2, 1), serve('a', true, 2), serve('b', true, 2, VIEWER)]),
      );
      await commit(block(3, [view('b', 3), listing('a', { price: 7n }), serve('a', false, 3)]));
      expect(await Promise.all([counts('a'), counts('b')])).to.deep.equal([
        [2, 0],
        [1, 1],
      ]);
      await book().recordReport(report({ contentId: hash('a'), viewer: PROVIDER }));
      expect(await counts('a')).to.deep.equal([3, 0]);
      await store().rollbackTo(2);
      expect(await Promise.all([counts('a'), counts('b')])).to.deep.equal([
        [3, 1],
        [0, 1],
      ]);
      await store().rollbackTo(1);
      expect(await counts('a')).to.deep.equal([1, 0]);
    });

    it('counts a payment and the report that it covers once', async () => {
      await publish('a');
      await book().recordReport(report({ contentId: hash('a') }));
      expect(await counts('a')).to.deep.equal([1, 0]);
      await commit(block(2, [view('a', 2)]));
      expect(await counts('a')).to.deep.equal([1, 0]);
      await store().rollbackTo(1);
      expect(await counts('a')).to.deep.equal([1, 0]);
    });

    it('is all listings of a CID, and the first of them', async () => {
      await publish(['a', { cid_key: CID }], ['copy', { cid_key: CID, content_creator_wallet: VIEWER }], 'b');
      const { rows } = await page();
      const told = rows.map(({ videoName, listings, first }) => [videoName, listings, first.contentId]);
      expect(told).to.deep.equal([
        ['b', 1, hash('b')],
        ['copy', 2, hash('a')],
        ['a', 2, hash('a')],
      ]);
      expect(rows[1]?.first).to.deep.equal({ contract: CONTRACT, contentId: hash('a'), creator: CREATOR });
    });
  });

  describe('the orders of searchContents()', () => {
    beforeEach(async () => {
      const changed = { scheduled_effective_at: NOON, scheduled_price: 100n, scheduled_unit: 'day' };
      await publish(
        ...([
          ['nine', { price: 9n }],
          ['ten', { price: 10n, unit: 'minute' }],
          ['free', { price: 0n }],
          ['coin', { price: 1n, token: COIN }],
          ['changed', { price: 1n, ...changed }],
        ] as [string, Record<string, string | number | bigint>][]),
      );
      await commit(block(2, [view('ten', 2), view('ten', 2, 1), view('free', 2, 2), serve('nine', true, 2)]));
    });
    const ORDERS = {
      new: ['changed', 'coin', 'free', 'ten', 'nine'],
      views: ['ten', 'free', 'changed', 'coin', 'nine'],
      price: ['free', 'nine', 'ten', 'changed', 'coin'],
    } as const;

    for (const sort of ['new', 'views', 'price'] as const) {
      it(`by ${sort} goes on from page to page, and takes no cursor of another`, async () => {
        expect(await names({ sort })).to.deep.equal(ORDERS[sort]);
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const { rows, nextCursor } = await page({ sort, limit: 2, cursor });
          seen.push(...rows.map(({ videoName }) => videoName));
          cursor = nextCursor ?? undefined;
          for (const other of ['new', 'views', 'price'] as const)
            if (cursor && other !== sort) await rejected(page({ sort: other, limit: 2, cursor }), BadCursor);
          if (cursor) await rejected(page({ sort, limit: 2, cursor, isServed: true }), BadCursor);
        } while (cursor !== undefined);
        expect(seen).to.deep.equal(ORDERS[sort]);
      });
    }

    it('compares prices as they are at the time', async () => {
      expect(await names({ sort: 'price', nowSec: NOON - 1, token: NATIVE })).to.deep.equal([
        'free',
        'changed',
        'nine',
        'ten',
      ]);
    });

    it('has filters: served, free, by unit in force, by CID', async () => {
      for (const sort of ['new', 'views', 'price'] as const) {
        expect(await names({ sort, isServed: true })).to.deep.equal(['nine']);
        expect(await names({ sort, isFree: true })).to.deep.equal(['free']);
        expect(await names({ sort, unit: 'minute' })).to.deep.equal(['ten']);
        expect(await names({ sort, unit: 'day' })).to.deep.equal(['changed']);
        expect(await names({ sort, cidKey: 'cid ten' })).to.deep.equal(['ten']);
      }
      expect(await names({ unit: 'day', nowSec: NOON - 1 })).to.deep.equal([]);
    });
  });
}
