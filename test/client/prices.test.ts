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
});
