import { expect } from 'chai';
import type { LiveIndex, LiveStream } from '../../../indexer/live/live.ts';

const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const OTHER_CID = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
const ALICE = `0x${'a1'.repeat(20)}`;
const BOB = `0x${'b0'.repeat(20)}`;

function stream(overrides: Partial<LiveStream> = {}): LiveStream {
  const cidKey = overrides.cidKey ?? CID;
  return {
    contract: `0x${'c0'.repeat(20)}`,
    contentId: `0x${cidKey === CID ? '01'.repeat(32) : '02'.repeat(32)}`,
    provider: ALICE,
    cid: cidKey,
    cidKey,
    url: 'http://alice.example/v',
    creator: `0x${'dd'.repeat(20)}`,
    registeredAtSec: 100,
    ...overrides,
  };
}

/**
 * What every back end of the live index must do.
 * @param open an empty index; called before each test, which closes it.
 */
export function describeLiveIndex(name: string, open: () => Promise<LiveIndex>): void {
  describe(`LiveIndex on ${name}`, () => {
    let live: LiveIndex;
    beforeEach(async () => {
      live = await open();
    });
    afterEach(() => live.close());

    it('finds nothing while it is empty', async () => {
      expect(await live.byCid(CID)).to.deep.equal([]);
      expect(await live.byWallet(ALICE)).to.deep.equal([]);
      expect(await live.all()).to.deep.equal([]);
    });

    it('answers a ping', async () => {
      await live.ping();
    });

    it('remove() of an unknown stream does nothing', async () => {
      await live.put(stream());
      await live.remove(stream({ provider: BOB }));
      expect(await live.all()).to.deep.equal([stream()]);
    });

    it('put() makes a stream found by its CID and by its wallet in any case', async () => {
      await live.put(stream());
      await live.put(stream({ cidKey: OTHER_CID, provider: BOB }));
      expect(await live.byCid(CID)).to.deep.equal([stream()]);
      expect(await live.byWallet(ALICE.toUpperCase().replace('0X', '0x'))).to.deep.equal([stream()]);
      expect(await live.byWallet(BOB)).to.deep.equal([stream({ cidKey: OTHER_CID, provider: BOB })]);
    });

    it('put() of the same stream replaces it', async () => {
      await live.put(stream());
      await live.put(stream({ url: 'http://alice.example/new', registeredAtSec: 200 }));
      expect((await live.all()).map((one) => one.url)).to.deep.equal(['http://alice.example/new']);
      expect((await live.byCid(CID)).length).to.equal(1);
      expect((await live.byWallet(ALICE)).length).to.equal(1);
    });

    it('keeps the same content on two deployments apart', async () => {
      await live.put(stream());
      await live.put(stream({ contract: `0x${'c1'.repeat(20)}` }));
      expect((await live.byCid(CID)).length).to.equal(2);
    });

    it('lists the oldest registration first, whatever the order of put()', async () => {
      await live.put(stream({ provider: BOB, registeredAtSec: 300 }));
      await live.put(stream({ registeredAtSec: 200 }));
      await live.put(stream({ cidKey: OTHER_CID, registeredAtSec: 100 }));
      expect((await live.byCid(CID)).map((one) => one.registeredAtSec)).to.deep.equal([200, 300]);
      expect((await live.byWallet(ALICE)).map((one) => one.registeredAtSec)).to.deep.equal([100, 200]);
      expect((await live.all()).map((one) => one.registeredAtSec)).to.deep.equal([100, 200, 300]);
    });

    it('remove() takes the stream out everywhere and leaves the others', async () => {
      await live.put(stream());
      await live.put(stream({ provider: BOB }));
      await live.remove(stream());
      expect(await live.byWallet(ALICE)).to.deep.equal([]);
      expect((await live.byCid(CID)).map((one) => one.provider)).to.deep.equal([BOB]);
    });

    it('replaceAll() swaps the whole content', async () => {
      await live.put(stream());
      await live.replaceAll([stream({ cidKey: OTHER_CID, provider: BOB })]);
      expect(await live.byCid(CID)).to.deep.equal([]);
      expect(await live.byWallet(ALICE)).to.deep.equal([]);
      expect((await live.all()).map((one) => one.provider)).to.deep.equal([BOB]);
      await live.replaceAll([]);
      expect(await live.all()).to.deep.equal([]);
    });

    it('replaceAll() never shows a mixture to a reader', async () => {
      const generation = (url: string) =>
        Array.from({ length: 50 }, (_, index) =>
          stream({ url, provider: `0x${index.toString(16).padStart(40, '0')}`, registeredAtSec: index }),
        );
      await live.replaceAll(generation('http://old.example/'));
      const swap = live.replaceAll(generation('http://new.example/'));
      const seen = await Promise.all(Array.from({ length: 20 }, () => live.byCid(CID)));
      await swap;
      for (const streams of [...seen, await live.byCid(CID)]) {
        expect(streams.length).to.equal(50);
        expect(new Set(streams.map((one) => one.url)).size).to.equal(1);
      }
    });

    it('hands out copies: a caller that changes one changes nothing here', async () => {
      const mine = stream();
      await live.put(mine);
      mine.url = 'http://changed.example/';
      expect((await live.byCid(CID))[0]?.url).to.equal('http://alice.example/v');
    });
  });
}
