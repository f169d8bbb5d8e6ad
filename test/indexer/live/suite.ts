import { expect } from 'chai';
import type { LiveIndex, LiveStream, LiveStreamId } from '../../../indexer/live/live.ts';
import { ALICE, asOf, BOB, CID, generation, OTHER_CID, path, stream, wallet } from './samples.ts';

/**
 * What every back end of the live index must do.
 * @param open an index without any stream; called before each test.
 */
export function describeLiveIndex(name: string, open: () => Promise<LiveIndex>): void {
  describe(`LiveIndex on ${name}`, () => {
    let live: LiveIndex;
    let head = 0;
    beforeEach(async () => {
      live = await open();
      head = 0;
      await live.replaceAll([], asOf(0));
    });

    /** One block. */
    async function advance(put: LiveStream[], remove: LiveStreamId[] = []): Promise<void> {
      head += 1;
      await live.advance({ path: path(head - 1, head), put, remove });
    }
    const urls = (streams: LiveStream[]) => streams.map(({ url }) => url);

    it('finds nothing while it is empty', async () => {
      expect(await live.byCid(CID)).to.deep.equal([]);
      expect(await live.byWallet(ALICE)).to.deep.equal([]);
      expect(await live.all()).to.deep.equal([]);
    });

    it('answers a ping', async () => {
      await live.ping();
    });

    it('hands out copies: a caller that changes one changes nothing here', async () => {
      const mine = stream();
      await advance([mine]);
      mine.url = 'http://changed.example/';
      expect(urls(await live.byCid(CID))).to.deep.equal(['http://alice.example/v']);
    });

    it('keeps every field and sign of a stream', async () => {
      const odd = stream({
        cid: 'QmAsItWas',
        url: 'https://x.example/é|"\\\u2028🎬?a=1&b={c}#|',
        registeredAtSec: 1_900_000_000,
      });
      await advance([odd]);
      for (const found of [live.byCid(CID), live.byWallet(ALICE), live.all()]) {
        expect(await found).to.deep.equal([odd]);
      }
    });

    describe('advance()', () => {
      it('makes a stream found by its CID and by its wallet in any case', async () => {
        const other = stream({ cidKey: OTHER_CID, provider: BOB });
        await advance([stream(), other]);
        expect(await live.byCid(CID)).to.deep.equal([stream()]);
        expect(await live.byWallet(ALICE.toUpperCase().replace('0X', '0x'))).to.deep.equal([stream()]);
        expect(await live.byWallet(BOB)).to.deep.equal([other]);
      });

      it('replaces the same stream, in any case of its addresses', async () => {
        await advance([stream()]);
        await advance([stream({ url: 'http://alice.example/new', registeredAtSec: 200 })]);
        for (const found of [live.byCid(CID), live.byWallet(ALICE), live.all()]) {
          expect(urls(await found)).to.deep.equal(['http://alice.example/new']);
        }
        await advance([], [{ ...stream(), provider: ALICE.toUpperCase().replace('0X', '0x') }]);
        expect(await live.all()).to.deep.equal([]);
      });

      it('keeps the same content on two deployments apart', async () => {
        await advance([stream(), stream({ contract: `0x${'c1'.repeat(20)}` })]);
        expect((await live.byCid(CID)).length).to.equal(2);
      });

      it('takes streams out everywhere and leaves the others', async () => {
        await advance([stream(), stream({ provider: BOB })]);
        await advance([], [stream()]);
        expect(await live.byWallet(ALICE)).to.deep.equal([]);
        expect((await live.byCid(CID)).map((one) => one.provider)).to.deep.equal([BOB]);
        expect((await live.all()).length).to.equal(1);
      });

      it('that takes out an unknown stream does nothing', async () => {
        await advance([stream()]);
        await advance([], [stream({ provider: BOB })]);
        expect(await live.all()).to.deep.equal([stream()]);
      });

      it('does all of a step at once: a reader sees it before or after', async () => {
        await advance(generation('http://old.example/'));
        const seen: Promise<LiveStream[]>[] = [];
        const look = () => seen.push(live.byCid(CID), live.all());
        look();
        const step = advance(generation('http://new.example/'), []);
        for (let i = 0; i < 10; i += 1) look();
        await step;
        for (const streams of await Promise.all(seen)) {
          expect(streams.length).to.equal(50);
          expect(new Set(urls(streams)).size).to.equal(1);
        }
        expect(new Set(urls(await live.all()))).to.deep.equal(new Set(['http://new.example/']));
      });

      it('without a change changes nothing', async () => {
        await advance([stream()]);
        await advance([]);
        expect(await live.all()).to.deep.equal([stream()]);
      });
    });

    it('lists the oldest registration first, then by name, whatever the order they came in', async () => {
      await advance([stream({ provider: BOB, registeredAtSec: 300 }), stream({ registeredAtSec: 200 })]);
      await advance([stream({ provider: wallet(1), registeredAtSec: 200 })]);
      await advance([stream({ cidKey: OTHER_CID, registeredAtSec: 99 })]);
      const order = (streams: LiveStream[]) => streams.map((one) => [one.registeredAtSec, one.provider]);
      expect(order(await live.byCid(CID))).to.deep.equal([
        [200, wallet(1)],
        [200, ALICE],
        [300, BOB],
      ]);
      expect(order(await live.byWallet(ALICE))).to.deep.equal([
        [99, ALICE],
        [200, ALICE],
      ]);
      expect((await live.all()).map((one) => one.registeredAtSec)).to.deep.equal([99, 200, 200, 300]);
    });

    it('tells names apart that begin alike, and takes any text for a CID', async () => {
      const cids = ['a', 'ab', 'a|b', 'a}', 'a{', '', 'é'];
      await advance(
        cids.map((cidKey, index) => stream({ cidKey, contentId: `0x${index}`, provider: wallet(index) })),
      );
      for (const cidKey of cids) {
        const found = await live.byCid(cidKey);
        expect(
          found.map((one) => one.cidKey),
          cidKey,
        ).to.deep.equal([cidKey]);
      }
      expect(await live.byCid('b')).to.deep.equal([]);
    });

    it('finds thousands of streams, in order', async () => {
      const many = generation('http://many.example/', 3_001);
      await live.replaceAll(many.toReversed(), asOf(0));
      expect(await live.byCid(CID)).to.deep.equal(many);
      expect(await live.all()).to.deep.equal(many);
      expect(await live.byWallet(wallet(3_000))).to.deep.equal(many.slice(-1));
    });

    describe('replaceAll()', () => {
      it('swaps the whole content', async () => {
        await advance([stream()]);
        await live.replaceAll([stream({ cidKey: OTHER_CID, provider: BOB })], asOf(1));
        expect(await live.byCid(CID)).to.deep.equal([]);
        expect(await live.byWallet(ALICE)).to.deep.equal([]);
        expect((await live.all()).map((one) => one.provider)).to.deep.equal([BOB]);
        await live.replaceAll([], asOf(1));
        expect(await live.all()).to.deep.equal([]);
      });

      it('goes back to an older block when blocks were taken back', async () => {
        await advance([stream()]);
        await advance([stream({ provider: BOB })]);
        await live.replaceAll([stream()], { ...asOf(1, 'b'), reorganised: true });
        expect(await live.all()).to.deep.equal([stream()]);
        await live.advance({ path: path(1, 2, 'b'), put: [], remove: [stream()] });
        expect(await live.all()).to.deep.equal([]);
      });

      it('takes the same stream twice as once', async () => {
        await live.replaceAll([stream(), stream({ url: 'http://alice.example/last' })], asOf(0));
        expect(urls(await live.all())).to.deep.equal(['http://alice.example/last']);
      });

      it('never shows a mixture to a reader', async () => {
        await live.replaceAll(generation('http://old.example/'), asOf(0));
        const seen: Promise<LiveStream[]>[] = [];
        let done = false;
        const swap = live.replaceAll(generation('http://new.example/'), asOf(0)).then(() => {
          done = true;
        });
        for (let i = 0; i < 200 && !done; i += 1) {
          const round = [live.byCid(CID), live.all()];
          seen.push(...round);
          await Promise.all(round);
        }
        await swap;
        for (const streams of [...(await Promise.all(seen)), await live.byCid(CID)]) {
          expect(streams.length).to.equal(50);
          expect(new Set(urls(streams)).size).to.equal(1);
        }
        expect(urls(await live.byCid(CID))[0]).to.equal('http://new.example/');
      });
    });
  });
}
