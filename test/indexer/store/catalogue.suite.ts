import { expect } from 'chai';
import { BadCursor } from '../../../indexer/store/cursor.ts';
import { nameKey } from '../../../indexer/store/name-key.ts';
import type { ContentQuery, OfferQuery, Store, StreamRow } from '../../../indexer/store/store.ts';
import { rejected } from '../../rejection.ts';
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
  VIEWER,
} from './samples.ts';

const OTHER_CID = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';

export function describeCatalogue(store: () => Store): void {
  const { commit } = commitsTo(store);
  async function publish(...contents: Record<string, string | number | bigint | null>[]): Promise<void> {
    const rows = contents.map((content, index) =>
      contentRow(
        {
          content_id: hash(`content ${index}`),
          name_key: nameKey(String(content.video_name ?? '')),
          ...content,
        },
        { block: 1, logIndex: index },
      ),
    );
    await commit(block(1, rows));
  }

  async function names(query: Partial<ContentQuery>): Promise<string[]> {
    const page = await store().searchContents({ nowSec: NOON, limit: 100, ...query });
    return page.rows.map((row) => row.videoName);
  }

  describe('contentById()', () => {
    it('is null for an unknown listing', async () => {
      expect(await store().contentById(CONTRACT, CONTENT_ID)).to.equal(null);
    });

    it('returns the listing in full, whatever the case of the address', async () => {
      await commit(
        block(1, [
          contentRow({
            video_name: 'Big Buck',
            metadata: '{"a":1}',
            price: 2n ** 71n,
            scheduled_effective_at: NOON + 50,
            scheduled_retired: 0,
            scheduled_price: 9n,
            scheduled_provider_share_bps: 1,
            scheduled_unit: 'minute',
          }),
        ]),
      );
      expect(await store().contentById(CONTRACT.toUpperCase().replace('0X', '0x'), CONTENT_ID)).to.deep.equal(
        {
          contract: CONTRACT,
          contentId: CONTENT_ID,
          cid: CID,
          cidKey: CID,
          creator: CREATOR,
          token: `0x${'00'.repeat(20)}`,
          videoName: 'Big Buck',
          metadata: '{"a":1}',
          pricePerUnit: 2n ** 71n,
          providerShareBps: 2500,
          unit: 'view',
          retired: false,
          publishedAtSec: NOON + 1,
          publishedBlock: 1,
          txHash: hash('tx 1'),
          scheduled: {
            effectiveAtSec: NOON + 50,
            terms: { pricePerUnit: 9n, providerShareBps: 1, unit: 'minute' },
          },
        },
      );
    });
  });

  describe('offers(), isListed()', () => {
    const coin = `0x${'dd'.repeat(20)}`;
    const of = (query: Partial<OfferQuery> = {}) => ({ cidKey: CID, cid: CID, limit: 100, ...query });
    const offered = async (query?: Partial<OfferQuery>) =>
      (await store().offers(of(query))).map((row) => row.videoName);

    beforeEach(() =>
      publish(
        { video_name: 'spelt', cid: 'as asked' },
        { video_name: 'native' },
        { video_name: 'coin', token: coin },
        { video_name: 'viewer', content_creator_wallet: VIEWER, token: coin },
        {
          video_name: 'older host',
          content_creator_wallet: VIEWER,
          token: coin,
          contract: `0x${'0d'.repeat(20)}`,
        },
        { video_name: 'x', cid_key: OTHER_CID },
      ),
    );

    it('tell of each creator and coin the latest listing, or the one that is spelt as asked', async () => {
      expect(await offered()).to.have.members(['native', 'coin', 'older host']);
      expect(await offered({ cid: 'as asked' })).to.have.members(['spelt', 'coin', 'older host']);
    });

    it('select by creator, coin and contract', async () => {
      expect(await offered({ creator: CREATOR })).to.have.members(['native', 'coin']);
      expect(await offered({ token: coin.toUpperCase().replace('0X', '0x') })).to.have.members([
        'coin',
        'older host',
      ]);
      expect(await offered({ creator: VIEWER, token: coin, contract: CONTRACT })).to.deep.equal(['viewer']);
      expect(await offered({ creator: PROVIDER })).to.deep.equal([]);
    });

    it('tell no more than asked for', async () => {
      expect(await offered({ limit: 2 })).to.have.length(2);
    });

    it('know whether anybody has listed a CID', async () => {
      expect(await Promise.all([CID, OTHER_CID, 'none'].map(store().isListed))).to.deep.equal([
        true,
        true,
        false,
      ]);
    });
  });

  describe('firstListing()', () => {
    it('tells who has listed a CID before all others, whatever it costs and whether it is retired', async () => {
      const older = `0x${'0d'.repeat(20)}`;
      await publish({ contract: older, retired: 1 }, { content_creator_wallet: VIEWER });
      expect(await store().firstListing(CID)).to.include({ contract: older });
      expect(await store().firstListing('none')).to.equal(null);
    });
  });

  describe('isSold()', () => {
    const NOW = 1_000;
    const free = { price: '0' };
    const to = (price: string, sec: number) => ({
      scheduled_effective_at: sec,
      scheduled_price: price,
      scheduled_provider_share_bps: 1,
      scheduled_unit: 'view',
    });
    for (const [what, listings, isSold] of [
      ['what nobody has listed is not', [], false],
      ['what is free is not', [free], false],
      ['what has a price is, also when it is retired', [{ retired: 1 }], true],
      ['what one gives away and another sells is', [free, { content_creator_wallet: VIEWER }], true],
      ['what will have a price is', [{ ...free, ...to('7', NOW + 1) }], true],
      ['what will be free is not yet free', [to('0', NOW + 1)], true],
      ['what has become free is not', [to('0', NOW)], false],
      [
        'what is free and retired is not',
        [{ ...free, scheduled_effective_at: NOW, scheduled_retired: 1 }],
        false,
      ],
    ] as const) {
      it(what, async () => {
        await publish(...listings);
        expect(await store().isSold(CID, NOW)).to.equal(isSold);
      });
    }
  });

  describe('searchContents()', () => {
    it('throws BadCursor for a cursor of someone else', async () => {
      await rejected(store().searchContents({ nowSec: 0, limit: 1, cursor: 'nonsense' }), BadCursor);
    });

    it('finds a part of the name in any case, also beyond ASCII and with wildcards taken literally', async () => {
      await publish({ video_name: 'ÉLAN vital' }, { video_name: '100% sun' }, { video_name: 'other' });
      expect(await names({ search: 'élan' })).to.deep.equal(['ÉLAN vital']);
      expect(await names({ search: '0% S' })).to.deep.equal(['100% sun']);
      expect(await names({ search: '_' })).to.deep.equal([]);
    });

    it('finds a CID', async () => {
      await publish({ video_name: 'a' }, { video_name: 'b', cid_key: OTHER_CID });
      expect(await names({ search: OTHER_CID })).to.deep.equal(['b']);
    });

    it('filters by creator and coin', async () => {
      const coin = `0x${'dd'.repeat(20)}`;
      await publish(
        { video_name: 'a', token: coin },
        { video_name: 'b', content_creator_wallet: VIEWER },
        { video_name: 'c', content_creator_wallet: VIEWER, token: coin },
      );
      expect(await names({ creator: VIEWER })).to.deep.equal(['c', 'b']);
      expect(await names({ token: coin.toUpperCase().replace('0X', '0x') })).to.deep.equal(['c', 'a']);
      expect(await names({ creator: VIEWER, token: coin })).to.deep.equal(['c']);
    });

    it('compares prices as numbers, at the terms in force', async () => {
      await publish(
        { video_name: 'nine', price: 9n },
        { video_name: 'ten', price: 10n },
        { video_name: 'rising', price: 1n, scheduled_effective_at: NOON, scheduled_price: 2n ** 72n },
      );
      expect(await names({ minPrice: 10n })).to.deep.equal(['rising', 'ten']);
      expect(await names({ maxPrice: 9n })).to.deep.equal(['nine']);
      expect(await names({ maxPrice: 9n, nowSec: NOON - 1 })).to.deep.equal(['rising', 'nine']);
      expect(await names({ minPrice: 9n, maxPrice: 10n })).to.deep.equal(['ten', 'nine']);
    });

    it('walks pages without loss or repetition, and says where they end', async () => {
      const all = ['a', 'b', 'c', 'd', 'e'];
      await publish(...all.map((name) => ({ video_name: name })));
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < 3; pages++) {
        const page = await store().searchContents({ nowSec: 0, limit: 2, ...(cursor ? { cursor } : {}) });
        seen.push(...page.rows.map((row) => row.videoName));
        cursor = page.nextCursor ?? undefined;
      }
      expect(seen).to.deep.equal(all.reverse());
      expect(cursor).to.equal(undefined);
    });
  });

  describe('stream(), streamsBy(), activeStreams()', () => {
    it('know active and ended streams apart', async () => {
      await commit(
        block(1, [streamRow(PROVIDER, true, { block: 1 }), streamRow(VIEWER, true, { block: 1 })]),
      );
      await commit(block(2, [streamRow(VIEWER, false, { block: 1 })]));
      expect((await store().activeStreams()).map((stream) => stream.provider)).to.deep.equal([PROVIDER]);
      expect(await store().streamsBy(VIEWER, { cidKey: CID })).to.have.length(0);
      expect((await store().stream(CONTRACT, CONTENT_ID, VIEWER))?.active).to.equal(false);
      expect(await store().stream(CONTRACT, CONTENT_ID, CREATOR)).to.equal(null);
    });

    it('find those of a provider and content, ended ones too, by creator and coin', async () => {
      const row = streamRow(PROVIDER, false, { block: 1 });
      await commit(block(1, [contentRow(), row]));
      const found = async (of: { creator?: string; token?: string }) =>
        (await store().streamsBy(PROVIDER.toUpperCase().replace('0X', '0x'), { cidKey: CID, ...of })).length;
      expect(await found({})).to.equal(1);
      expect(await found({ creator: CREATOR, token: `0x${'00'.repeat(20)}` })).to.equal(1);
      expect(await found({ creator: VIEWER })).to.equal(0);
      expect(await found({ token: CONTRACT })).to.equal(0);
    });

    it('walk pages by CID, provider and listing, oldest registration first', async () => {
      const wallets = ['1', '2', '3', '4', '5'].map((digit) => `0x${digit.repeat(40)}`);
      const rows = wallets.map((wallet) => streamRow(wallet, true, { block: 1 }));
      await commit(block(1, rows));
      const lists = [{}, { cidKey: CID }, { contract: CONTRACT, contentId: CONTENT_ID }];
      for (const list of lists) {
        const seen: string[] = [];
        for (let after: StreamRow | undefined; ; ) {
          const page: StreamRow[] = await store().activeStreams({ ...list, limit: 2, after });
          seen.push(...page.map(({ provider }) => provider));
          after = page.at(-1);
          if (!after) break;
        }
        expect(seen, JSON.stringify(list)).to.deep.equal(wallets);
      }
      expect(await store().activeStreams({ provider: wallets[2] ?? '' })).to.have.length(1);
    });

    it('find those of a provider apart from an address, as many as are asked for', async () => {
      const base = 'https://new.example.org/play/';
      const urls = [`${base}a`, `${base}\u{10FFFF}`, 'https://a.example.org/play/', 'https://z.example.org/'];
      const rows = urls.map((url, index) => {
        const row = streamRow(PROVIDER, true, { block: 1 }, url);
        return { ...row, key: { ...row.key, content_id: hash(`content ${index}`) } };
      });
      await commit(block(1, [...rows, streamRow(VIEWER, true, { block: 1 }, 'https://a.example.org/')]));
      const found = async (limit?: number, fits = (url: string) => url !== '') => {
        const query = { provider: PROVIDER, base, fits, ...(limit && { limit }) };
        return (await store().streamsApart(query)).map(({ url }) => url);
      };
      expect(await found()).to.deep.equal(urls.slice(2));
      expect(await found(1)).to.deep.equal(urls.slice(2, 3));
      expect(await found(1, (url) => url.includes('//z.'))).to.deep.equal(urls.slice(3));
      await commit(block(2, [{ ...rows[2], set: { active: 0 } } as (typeof rows)[number]]));
      expect(await found()).to.deep.equal(urls.slice(3));
    });
  });
}
