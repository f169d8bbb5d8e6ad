import { expect } from 'chai';
import { memoryStorage } from '../../client/storage.ts';
import { rejection } from '../rejection.ts';
import { PRICE, type Selling, startSelling } from './selling.ts';

describe('a price that changes while somebody watches', () => {
  let selling: Selling;
  before(async () => {
    selling = await startSelling();
  });
  after(() => selling.stop());

  it('is paid after a yes, under another voucher, and what was signed before stays as it is', async () => {
    const storage = memoryStorage();
    const of = await selling.sold({ seconds: 310 });
    const channel = await selling.open(storage);
    const video = await selling.video(of, { storage, channel });
    await video.fetchKeys([0]);
    await selling.reprice(of, 3n * PRICE);
    expect(await rejection(video.fetchKeys([1]))).to.deep.include({ from: PRICE, to: 3n * PRICE });
    video.agreeTo(3n * PRICE);
    await video.fetchKeys([1, 2]);
    await selling.reprice(of, 2n * PRICE);
    await video.fetchKeys([3]);
    const { book } = selling.api.deps;
    const vouchers = await book.vouchersIn({
      provider: selling.parties.provider,
      states: ['open', 'sealed'],
      limit: 9,
    });
    expect(vouchers.map(({ seq, state, total }) => [seq, state, total / PRICE]).sort()).to.deep.equal([
      [0, 'sealed', 1n],
      [1, 'sealed', 6n],
      [2, 'open', 2n],
    ]);
    expect((await channel.balance()).spent).to.equal(9n * PRICE);
  });

  it('of a video that is new to the voucher is signed again under the same number', async () => {
    const storage = memoryStorage();
    const [first, second] = [await selling.sold({ seconds: 70 }), await selling.sold({ seconds: 70 })];
    const channel = await selling.open(storage);
    await (await selling.video(first, { storage, channel })).fetchKeys([0]);
    let isAnnounced = false;
    const racing = async (url: string, init?: RequestInit) => {
      const isSigned = typeof init?.body === 'string' && init.body.includes(second.contentId);
      if (isSigned && !isAnnounced) {
        isAnnounced = true;
        await selling.reprice(second, 3n * PRICE);
      }
      return await fetch(url, init);
    };
    const video = await selling.video(second, { storage, channel, fetch: racing });
    expect(await rejection(video.fetchKeys([0]))).to.deep.include({ from: PRICE, to: 3n * PRICE });
    expect(isAnnounced).to.equal(true);
    video.agreeTo(3n * PRICE);
    expect((await video.fetchKeys([0])).size).to.equal(1);
    const { book } = selling.api.deps;
    const { provider } = selling.parties;
    const vouchers = await book.vouchersIn({ provider, states: ['open', 'sealed'], limit: 99 });
    const own = vouchers.filter(({ channelId }) => channelId === channel.id);
    expect(own.map(({ seq, state, total }) => [seq, state, total])).to.deep.equal([[0, 'open', 4n * PRICE]]);
  });
});
