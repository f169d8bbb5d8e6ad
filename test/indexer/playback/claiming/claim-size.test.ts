import { expect } from 'chai';
import { dataLength } from 'ethers';
import { claimData } from '../../../../indexer/playback/claiming/claim-chain.ts';
import { ClaimSize, gasAdded } from '../../../../indexer/playback/claiming/claim-size.ts';
import type { StoredVoucher } from '../../../../indexer/store/book/vouchers.ts';
import type { ContentRow } from '../../../../indexer/store/store.ts';
import { type ClaimingWorld, claimingWorld, PRICE, type Process } from './world.ts';

describe('what a claim takes, held against the contract', () => {
  let world: ClaimingWorld;
  let host: Process;
  let contents: ContentRow[];
  before(async () => {
    world = await claimingWorld();
    host = await world.start();
    contents = [];
    for (let index = 0; index < 4; index += 1) {
      contents.push(await world.publish({ cid: `a content of one creator, ${index}` }));
    }
  });
  after(() => world.close());

  async function signed(count: number, items: number): Promise<StoredVoucher[]> {
    const vouchers = [];
    for (let index = 0; index < count; index += 1) {
      const listed = contents.slice(0, items).map((content) => [content, 1] as const);
      const key = await world.sign(host, await world.open(9n * PRICE), listed);
      const voucher = await host.book.voucher(key);
      if (voucher) vouchers.push(voucher);
    }
    return vouchers;
  }
  const sizeOf = (vouchers: StoredVoucher[]) => {
    const size = new ClaimSize();
    for (const voucher of vouchers) size.add(voucher);
    return size;
  };
  async function gasUsed(vouchers: StoredVoucher[]): Promise<bigint> {
    const sent = { to: world.contract, data: claimData(vouchers) };
    return (await (await world.provider.sendTransaction(sent)).wait())?.gasUsed ?? 0n;
  }

  for (const [count, items] of [
    [1, 1],
    [12, 1],
    [6, 4],
  ] as const) {
    it(`is no more than estimated for ${count} vouchers of ${items} items, in gas and bytes`, async () => {
      const vouchers = await signed(count, items);
      const size = sizeOf(vouchers);
      expect(dataLength(claimData(vouchers))).to.be.at.most(size.bytes);
      const used = await gasUsed(vouchers);
      expect(used).to.be.at.most(size.gas);
      expect(Number(size.gas) / Number(used)).to.be.below(1.9);
    });
  }

  it('one more voucher adds no more than is said, once all have credits', async () => {
    const vouchers = await signed(11, 2);
    const one = await gasUsed(vouchers.slice(0, 1));
    const ten = await gasUsed(vouchers.slice(1));
    const added = gasAdded(vouchers[0] ?? { items: [] });
    expect((ten - one) / 9n).to.be.at.most(added);
  });
});
