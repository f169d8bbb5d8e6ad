import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { type Channel, LimitReached, PriceChanged } from '../../client/index.ts';
import { type ClientStorage, memoryStorage } from '../../client/storage.ts';
import { rejection } from '../rejection.ts';
import { changing, PRICE, type Selling, type SoldVideo, startSelling } from './selling.ts';

describe('fetchKeys', () => {
  let selling: Selling;
  let of: SoldVideo;
  let entries: Map<string, string>;
  let storage: ClientStorage;
  let channel: Channel;
  before(async () => {
    selling = await startSelling();
    of = await selling.sold({ seconds: 310 });
  });
  after(() => selling.stop());
  beforeEach(async () => {
    entries = new Map();
    storage = memoryStorage(entries);
    channel = await selling.open(storage);
  });

  const video = (more: Parameters<Selling['video']>[1] = {}, sold = of) =>
    selling.video(sold, { storage, channel, delegate: null, ...more });
  /** Units signed for, by the client's own count. */
  const spent = async (by = channel) => Number((await by.balance()).spent / PRICE);
  /** What the host has sold to the channel. */
  async function sold(by = channel, contentId = of.contentId) {
    const { book, chain } = selling.api.deps;
    const key = { contract: chain.contract.toLowerCase(), channelId: by.id, epoch: 1, seq: 0 };
    const scope = `${key.contract}:${by.id}:1`;
    return await book.sell(
      { voucher: key, scope, contentId, nowSec: 0 },
      ({ bought, vouchers, openings }) => ({
        answer: { bought, vouchers, units: openings.map(({ unit }) => unit) },
      }),
    );
  }
  /** `fetch`, and what was asked of the seller. */
  function heard() {
    const asked: string[] = [];
    const listening = (url: string, init: RequestInit = {}) => {
      asked.push(`${init.method ?? 'GET'} ${url.slice(of.playUrl.length)}`);
      return fetch(url, init);
    };
    return { asked, fetch: listening };
  }

  describe('of what is sold by the minute', () => {
    it('pays one unit for each, once, and keeps the keys', async () => {
      const { fetch, asked } = heard();
      const one = await video({ fetch });
      const keys = await one.fetchKeys([0, 3]);
      expect([...keys].map(([unit, key]) => [unit, key.length])).to.deep.equal([
        [0, 16],
        [3, 16],
      ]);
      expect(await spent()).to.equal(2);
      const before = asked.length;
      expect(await one.fetchKeys([3, 0])).to.deep.equal(new Map([...keys].reverse()));
      const other = await video({ fetch, channel: null });
      expect([...(await other.fetchKeys([0])).values()]).to.deep.equal([keys.get(0)]);
      expect(asked.slice(before)).to.deep.equal(['GET ?format=raw', 'GET /content.json']);
      expect(await sold()).to.deep.include({ bought: 2, units: [0, 3] });
    });

    it('grows one voucher over videos', async () => {
      const other = await selling.sold({ seconds: 70, price: 2n * PRICE });
      await (await video()).fetchKeys([0, 1]);
      await (await video({ unitPrice: 2n * PRICE }, other)).fetchKeys([0]);
      expect(await spent()).to.equal(4);
      const { vouchers } = await sold();
      expect(vouchers.map(({ seq, total, items }) => [seq, total, items.length])).to.deep.equal([
        [0, 4n * PRICE, 2],
      ]);
    });

    it('asks again for what a day has passed over, where the host has it open for nothing', async () => {
      await (await video()).fetchKeys([0]);
      entries.delete('keys');
      const { fetch, asked } = heard();
      await (await video({ fetch })).fetchKeys([0]);
      expect(asked.slice(2)).to.deep.equal(['POST /keys']);
      expect(await spent()).to.equal(1);
      const later = JSON.stringify({ [of.cid]: { 0: ['AAAA', Date.now() - 1] } });
      entries.set('keys', later);
      await (await video({ fetch })).fetchKeys([0]);
      expect(await spent()).to.equal(1);
    });

    it('pays no unit twice where several tabs want it at a time', async () => {
      let [running, most] = [0, 0];
      const counted = async (url: string, init?: RequestInit) => {
        if (init?.method !== 'POST') return await fetch(url, init);
        most = Math.max(most, ++running);
        return await fetch(url, init).finally(() => {
          running -= 1;
        });
      };
      const tabs = await Promise.all(
        [1, 2, 3].map(async () => video({ channel: await selling.resume(storage), fetch: counted })),
      );
      await Promise.all(tabs.flatMap((tab) => [tab.fetchKeys([1, 2]), tab.fetchKeys([2])]));
      expect(await spent()).to.equal(2);
      expect(await sold()).to.deep.include({ bought: 2, units: [1, 2] });
      await Promise.all(tabs.map((tab, at) => tab.fetchKeys([[0, 3, 4][at] ?? 0])));
      expect(await spent()).to.equal(5);
      expect(await sold()).to.include({ bought: 5 });
      expect(most).to.equal(1);
    });

    it('stores each voucher before it is sent, and sends none that is not stored', async () => {
      const sent: string[] = [];
      const one = await video({
        fetch: async (url, init) => {
          const { signature } = JSON.parse(String(init?.body ?? '{}'));
          if (signature) sent.push(signature);
          expect(entries.get([...entries.keys()].find((key) => key.startsWith('channel')) ?? '')).to.include(
            signature ?? '',
          );
          return await fetch(url, init);
        },
      });
      await one.fetchKeys([0, 1]);
      // Each unit after the first is asked for with the voucher before.
      expect([sent.length, new Set(sent).size]).to.deep.equal([3, 2]);

      const set = async () => {
        throw new Error('the disk is full');
      };
      one.payFrom((await selling.resume({ ...storage, set })) ?? channel);
      expect((await rejection(one.fetchKeys([2]))).message).to.equal('the disk is full');
      expect([sent.length, new Set(sent).size]).to.deep.equal([4, 2]);
    });

    it('does not pay where there is no channel, and knows no other units', async () => {
      const one = await video({ channel: null, storage: memoryStorage() });
      expect(await rejection(one.fetchKeys([0]))).to.include({ code: 'channel_missing' });
      expect(await rejection(one.fetchKeys([9]))).to.be.instanceOf(RangeError);
      one.payFrom(channel);
      expect((await one.fetchKeys([0])).size).to.equal(1);
    });
  });

  for (const unit of ['view', 'day'] as const) {
    it(`opens everything by one unit of what is sold by the ${unit}`, async () => {
      const whole = await selling.sold({ seconds: 250, unit });
      const { fetch, asked } = heard();
      const one = await video({ fetch }, whole);
      expect((await one.quote())?.unit).to.equal(unit);
      const before = asked.length;
      expect((await one.fetchKeys([0, 1, 2, 3])).size).to.equal(4);
      expect(asked.slice(before)).to.deep.equal(['GET /keys/0', 'POST /keys', 'POST /keys']);
      expect(await spent()).to.equal(1);
    });
  }

  describe('keeps within', () => {
    it('what the channel may spend', async () => {
      const own = memoryStorage();
      channel = await selling.open(own, 5n * PRICE, { limit: 2n * PRICE });
      const one = await video({ storage: own });
      await one.fetchKeys([0, 1]);
      const error = await rejection(one.fetchKeys([2]));
      expect(error).to.be.instanceOf(LimitReached);
      expect(error).to.deep.include({ limit: 2n * PRICE, spent: 2n * PRICE, price: PRICE });
      expect(await sold()).to.include({ bought: 2 });
    });

    it('what the video may cost', async () => {
      const one = await video({ limit: PRICE });
      await one.fetchKeys([0]);
      expect(await rejection(one.fetchKeys([1]))).to.include({ code: 'limit_reached' });
      expect(await spent()).to.equal(1);
      one.limitTo(2n * PRICE);
      expect((await one.fetchKeys([1])).size).to.equal(1);
      expect(await rejection(one.fetchKeys([2]))).to.include({ code: 'limit_reached' });
    });

    it('the price that the person was shown, until it says yes to another', async () => {
      const one = await video({ unitPrice: PRICE - 1n });
      const error = await rejection(one.fetchKeys([0]));
      expect(error).to.be.instanceOf(PriceChanged);
      expect(error).to.deep.include({ from: PRICE - 1n, to: PRICE });
      expect(await spent()).to.equal(0);
      one.agreeTo(PRICE);
      expect((await one.fetchKeys([0, 1])).size).to.equal(2);
      expect(await spent()).to.equal(2);
    });

    it('the deposit, and goes on once there is more of it', async () => {
      const small = memoryStorage();
      const poor = await selling.open(small, 2n * PRICE, { limit: 9n * PRICE });
      const one = await video({ storage: small, channel: poor });
      await one.fetchKeys([0, 1]);
      expect(await rejection(one.fetchKeys([2]))).to.include({ code: 'deposit_too_low' });
      await poor.topUp(2n * PRICE, { wallet: selling.wallet });
      expect((await one.fetchKeys([2, 3])).size).to.equal(2);
      expect(await poor.balance()).to.include({ spent: 4n * PRICE, left: 0n });
    });

    it('an exit that has begun: nothing is promised any more, and what is paid stays open', async () => {
      const one = await video();
      await one.fetchKeys([0]);
      await channel.close({ wallet: selling.wallet });
      // Whatever the host knows of it by then.
      expect(await rejection(one.fetchKeys([1]))).to.include({ code: 'withdrawal_pending' });
      await selling.api.settled();
      expect(await channel.balance()).to.include({ spent: PRICE, awaited: 0n });
      entries.delete('keys');
      expect((await one.fetchKeys([0])).size).to.equal(1);

      await channel.topUp(PRICE, { wallet: selling.wallet });
      expect((await one.fetchKeys([1])).size).to.equal(1);
    });

    it('an exit that was begun elsewhere: the chain is asked before the first signature', async () => {
      const stored = new Map(entries);
      await channel.close({ wallet: selling.wallet });
      await selling.api.settled();
      for (const [key, value] of stored) entries.set(key, value);
      channel = (await selling.resume(storage)) ?? channel;
      expect(await rejection((await video()).fetchKeys([0]))).to.include({ code: 'withdrawal_pending' });
      expect(await channel.balance()).to.include({ spent: 0n, awaited: 0n });
    });

    it('the epoch: nothing is spent of what has gone back', async () => {
      const one = await video();
      await one.fetchKeys([0]);
      await selling.api.settled();
      await selling.release(channel);
      expect(await rejection(one.fetchKeys([1]))).to.include({ code: 'limit_reached' });
      await channel.topUp(3n * PRICE, { wallet: selling.wallet });
      await selling.api.settled();
      expect((await one.fetchKeys([1])).size).to.equal(1);
      expect(await channel.balance()).to.include({ spent: PRICE, left: 2n * PRICE });
    });
  });

  describe('goes on where', () => {
    const asked = (url: string, init?: RequestInit) => init?.method === 'POST' && url.endsWith('/keys');

    it('an answer was lost: the same voucher brings it, also after it wanted another unit or video', async () => {
      const other = await selling.sold({ seconds: 70 });
      let lose = false;
      const losing = async (url: string, init?: RequestInit) => {
        const answer = await fetch(url, init);
        if (lose && asked(url, init) && answer.ok) throw new TypeError('the connection ends');
        return answer;
      };
      const one = await video({ fetch: losing, patienceMs: 0 });
      const elsewhere = await video({ fetch: losing, patienceMs: 0 }, other);
      for (const [next, unit] of [
        [one, 0],
        [one, 1],
        [elsewhere, 0],
        [one, 2],
      ] as const) {
        lose = true;
        expect(await rejection(one.fetchKeys([3]))).to.include({
          code: 'seller_unreachable',
          retryable: true,
        });
        lose = false;
        expect((await next.fetchKeys([unit])).size).to.equal(1);
        expect(entries.delete('keys')).to.equal(true);
      }
      expect(await spent()).to.equal(5);
      expect(await sold()).to.include({ bought: 4 });
      expect(await sold(channel, other.contentId)).to.include({ bought: 1 });
    });

    it('a request did not arrive: what is paid opens the next one', async () => {
      let lose = true;
      const losing = async (url: string, init?: RequestInit) => {
        if (lose && asked(url, init)) throw new TypeError('no connection');
        return fetch(url, init);
      };
      const one = await video({ fetch: losing, patienceMs: 0 });
      expect(await rejection(one.fetchKeys([0]))).to.include({ code: 'seller_unreachable' });
      lose = false;
      expect((await one.fetchKeys([1])).size).to.equal(1);
      expect(await spent()).to.equal(1);
      expect((await one.fetchKeys([0])).size).to.equal(1);
      expect([await spent(), (await sold()).bought]).to.deep.equal([2, 2]);
    });

    it('this device has forgotten what it signed', async () => {
      const one = await video();
      await one.fetchKeys([0]);
      const older = new Map(entries);
      await one.fetchKeys([1, 2]);
      entries.clear();
      for (const [key, value] of older) entries.set(key, value);
      expect((await (await video()).fetchKeys([3])).size).to.equal(1);
      expect([await spent(), (await sold()).bought]).to.deep.equal([4, 4]);
    });

    it('the seller has sealed the voucher: the next one holds the next unit alone', async () => {
      const one = await video();
      await one.fetchKeys([0, 1]);
      const { vouchers } = await sold();
      const nowSec = Math.floor(Date.now() / 1000);
      for (const voucher of vouchers) {
        expect(
          await selling.api.deps.book.moveVoucher(voucher, { from: ['open'], to: 'sealed', nowSec }),
        ).to.equal(true);
      }
      await one.fetchKeys([2, 3]);
      const after = (await sold()).vouchers;
      expect(after.map(({ seq, total }) => [seq, total])).to.deep.equal([
        [0, 2n * PRICE],
        [1, 2n * PRICE],
      ]);
      expect([await spent(), (await sold()).bought]).to.deep.equal([4, 4]);
    });

    it('the provider has claimed: what is open stays so, and the next voucher begins empty', async () => {
      const other = await selling.sold({ seconds: 70 });
      const [one, elsewhere] = [await video(), await video({}, other)];
      await one.fetchKeys([0, 1]);
      await selling.claim((await sold()).vouchers);
      entries.delete('keys');
      await one.fetchKeys([0]);
      expect([await spent(), (await sold()).bought]).to.deep.equal([2, 2]);
      expect((await channel.balance()).left).to.equal(18n * PRICE);
      await one.fetchKeys([2]);
      await elsewhere.fetchKeys([0]);
      await selling.claim((await sold()).vouchers.filter(({ seq }) => seq === 1));
      await elsewhere.fetchKeys([0]);
      // This one is open by a number that has ended, and not in the voucher that grows.
      await one.fetchKeys([3]);
      entries.delete('keys');
      await elsewhere.fetchKeys([0]);
      expect([await spent(), (await sold()).bought]).to.deep.equal([5, 4]);
      expect((await sold(channel, other.contentId)).bought).to.equal(1);
      expect((await channel.balance()).left).to.equal(15n * PRICE);
    });

    it('the provider has claimed what did not come, and another video is wanted', async () => {
      const other = await selling.sold({ seconds: 70 });
      const losing = async (url: string, init?: RequestInit) => {
        const answer = await fetch(url, init);
        if (asked(url, init) && answer.ok) throw new TypeError('the connection ends');
        return answer;
      };
      await rejection((await video({ fetch: losing, patienceMs: 0 })).fetchKeys([0]));
      await selling.claim((await sold()).vouchers);
      expect((await (await video({}, other)).fetchKeys([0])).size).to.equal(1);
      expect([await spent(), (await sold()).bought]).to.deep.equal([2, 1]);
    });

    it('the deposit is not final for a while: another video waits as well, and nobody is blamed', async () => {
      const other = await selling.sold({ seconds: 70 });
      const waiting = async (url: string, init?: RequestInit) => {
        if (!asked(url, init)) return await fetch(url, init);
        return new Response(JSON.stringify({ code: 'deposit_unconfirmed', detail: 'Wait.' }), {
          status: 402,
        });
      };
      for (const sold of [of, other]) {
        const one = await video({ fetch: waiting, patienceMs: 0 }, sold);
        expect(await rejection(one.fetchKeys([0]))).to.include({ code: 'deposit_unconfirmed' });
      }
      expect(await spent()).to.equal(1);
    });

    it('the provider has claimed before a unit that it had not got: that unit counts once', async () => {
      const losing = async (url: string, init?: RequestInit) => {
        const isGrown = asked(url, init) && String(init?.body).includes(`"2","${PRICE}"`);
        if (isGrown) throw new TypeError('no connection');
        return await fetch(url, init);
      };
      const one = await video({ fetch: losing, patienceMs: 0 });
      await one.fetchKeys([0]);
      const { vouchers } = await sold();
      await rejection(one.fetchKeys([1]));
      expect(await channel.balance()).to.include({ spent: 2n * PRICE, awaited: PRICE, left: 18n * PRICE });
      await selling.claim(vouchers);
      // What was promised under the number that is claimed can not be claimed any more.
      expect(await channel.balance()).to.include({ spent: PRICE, awaited: 0n, left: 19n * PRICE });
      channel = (await selling.resume(storage)) ?? channel;
      expect((await (await video()).fetchKeys([1])).size).to.equal(1);
      expect(await channel.balance()).to.include({ spent: 2n * PRICE, awaited: 0n, left: 18n * PRICE });
      expect((await sold()).bought).to.equal(2);
    });

    it('the seller is behind for a while', async () => {
      let behind = 2;
      const waiting = changing((url, _, answer) =>
        url.endsWith('/keys') && answer.ok && behind-- > 0
          ? JSON.stringify({ code: 'mirror_behind', detail: 'x' })
          : null,
      );
      const one = await video({
        fetch: async (url, init) => {
          const answer = await waiting(url, init);
          const text = await answer.clone().text();
          return text.includes('mirror_behind') ? new Response(text, { status: 503 }) : answer;
        },
      });
      expect((await one.fetchKeys([0])).size).to.equal(1);
      expect([await spent(), behind < 0]).to.deep.equal([1, true]);
    });
  });

  it('opens on another device what the wallet has bought, by one signature and for nothing', async () => {
    await (await video()).fetchKeys([0, 1]);
    const otherStorage = memoryStorage();
    const other = await selling.open(otherStorage);
    const device = await video({ storage: otherStorage, channel: other });
    await device.unlock(selling.wallet);
    expect((await device.fetchKeys([1, 0, 2])).size).to.equal(3);
    expect([await spent(), await spent(other)]).to.deep.equal([2, 1]);
    const third = await video({ storage: memoryStorage(), channel: null });
    await third.unlock(selling.wallet);
    expect((await third.fetchKeys([0, 1, 2])).size).to.equal(3);
    expect(await rejection(third.fetchKeys([3]))).to.include({ code: 'channel_missing' });
    // It is the wallet's that has signed for it.
    const seen = memoryStorage();
    await (await video({ storage: seen, channel: null })).unlock(selling.wallet);
    const by = async (viewer: string) => await video({ storage: seen, channel: null, viewer });
    expect(await rejection((await by(ZeroAddress)).fetchKeys([0]))).to.include({ code: 'channel_missing' });
    expect((await (await by(selling.wallet.address)).fetchKeys([0])).size).to.equal(1);
    // A new token ends the one before: that device pays what it does not find open.
    await otherStorage.remove('keys');
    expect((await device.fetchKeys([3])).size).to.equal(1);
    expect(await spent(other)).to.equal(2);
  });
});
