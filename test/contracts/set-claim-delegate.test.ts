import { expect } from 'chai';
import { claim, opened, sign } from './channels.ts';
import { events } from './sponsor.ts';
import { ethers, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;

describe('setClaimDelegate()', () => {
  it('names who else can claim for the caller, and logs it', async () => {
    const world = await loadFixture(opened);
    const { host, provider, stranger } = world;
    const sent = await host.connect(provider).setClaimDelegate(stranger);
    await expect(sent).to.emit(host, 'ClaimDelegateSet').withArgs(provider.address, stranger.address);
    expect((await events(world, sent)).length).to.equal(1);
    expect(await host.claimDelegateOf(provider)).to.equal(stranger.address);
    await expect(claim(world, [await sign(world)], stranger)).to.emit(host, 'VoucherClaimed');
  });

  it('leaves the provider its own claims', async () => {
    const world = await loadFixture(opened);
    await world.host.connect(world.provider).setClaimDelegate(world.stranger);
    await expect(claim(world, [await sign(world)])).to.emit(world.host, 'VoucherClaimed');
  });

  for (const [what, next] of [
    ['another', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'],
    ['nobody', ethers.ZeroAddress],
  ] as const) {
    it(`takes the right to claim from the delegate before when it names ${what}`, async () => {
      const world = await loadFixture(opened);
      const { host, provider, stranger } = world;
      await host.connect(provider).setClaimDelegate(stranger);
      await host.connect(provider).setClaimDelegate(next);
      await expect(claim(world, [await sign(world)], stranger))
        .to.be.revertedWithCustomError(host, 'NotClaimer')
        .withArgs(provider.address, stranger.address);
    });
  }
});
