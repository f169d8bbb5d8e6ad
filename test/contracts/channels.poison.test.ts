import { expect } from 'chai';
import { type ChannelWorld, claim, DEPOSIT, opened, sign, stateOf } from './channels.ts';
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
