import { expect } from 'chai';
import { type ChannelWorld, claim, DEPOSIT, opened, sign, stateOf } from './channels.ts';
import { packBatch } from './vouchers.ts';
import { ethers, NATIVE, networkHelpers, PRICE, split } from './world.ts';

const { loadFixture } = networkHelpers;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);

describe('a poisoned voucher among a hundred', () => {
  const POISONS: [string, (world: ChannelWorld) => Promise<Parameters<typeof sign>[1]>][] = [
    [
      'of unknown content',
      async () => ({ items: [{ contentId: ethers.ZeroHash, units: 1n, unitPrice: PRICE }] }),
    ],
    ['without units', async ({ contentId }) => ({ items: [{ contentId, units: 0n, unitPrice: PRICE }] })],
    ['below the price', async ({ contentId }) => ({ items: [{ contentId, units: 1n, unitPrice: 0n }] })],
    [
      'above all there is',
      async ({ contentId }) => ({
        items: [{ contentId, units: 2n ** 32n - 1n, unitPrice: 2n ** 72n - 1n }],
      }),
    ],
    ['of another epoch', async () => ({ epoch: 2n ** 32n - 1n })],
    ['of another channel', async () => ({ channelId: ethers.ZeroHash })],
  ];
  for (const [what, poison] of POISONS) {
    it(`${what} harms none of the others`, async () => {
      const world = await loadFixture(opened);
      const { host, creator, provider } = world;
      const seqs = Array.from({ length: 100 }, (_, index) => BigInt(index));
      const changes = await poison(world);
      const vouchers = seqs.map((seq) => sign(world, { seq, ...(seq === 50n ? changes : {}) }));
      const sent = await claim(world, await Promise.all(vouchers));
      const receipt = await sent.wait();
      const names = receipt?.logs.map((log) => host.interface.parseLog(log)?.name) ?? [];
      expect(names.filter((name) => name === 'VoucherClaimed').length).to.equal(99);
      expect(names.indexOf('VoucherRejected')).to.equal(51);
      expect(await host.credits(provider, NATIVE)).to.equal(99n * PROVIDER_AMOUNT);
      expect(await host.credits(creator, NATIVE)).to.equal(99n * CREATOR_AMOUNT);
      expect((await stateOf(world)).deposit).to.equal(DEPOSIT - 99n * PRICE);
    });
  }
});

describe('a claim with too little gas', () => {
  it('reverts: the least that it does not revert with pays the voucher', async () => {
    const world = await loadFixture(opened);
    const { host, provider, channel } = world;
    const { contents, vouchers } = packBatch([await sign(world)]);
    const claimWith = async (gasLimit: number) => {
      const sent = await host
        .connect(provider)
        .claim(channel.provider, channel.token, contents, vouchers, { gasLimit });
      return await sent.wait();
    };
    // Just above what the calldata costs, where no voucher is looked at, and enough.
    let [low, high] = [30_000, 200_000];
    const untouched = await networkHelpers.takeSnapshot();
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      try {
        await claimWith(middle);
        high = middle;
      } catch {
        low = middle;
      }
      await untouched.restore();
    }
    const names = (await claimWith(high))?.logs.map((log) => host.interface.parseLog(log)?.name);
    expect(names).to.deep.equal(['ClaimBatch', 'VoucherClaimed']);
  });
});
