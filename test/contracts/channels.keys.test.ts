import { expect } from 'chai';
import { claim, DEPOSIT, ofViewer, opened, openedForTwo, reason, sign, stateOf } from './channels.ts';
import { packBatch } from './vouchers.ts';
import { contentIdOf, ethers, NATIVE, networkHelpers, PRICE, publication, split } from './world.ts';

const { loadFixture } = networkHelpers;
const [_CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);

describe('a leaked authorizer key', () => {
  it('costs at most the deposit, with the provider’s help', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, provider, channel, contentId } = world;
    const other = { ...channel, authorizer: viewer.address };
    await host.connect(viewer).open(...ofViewer(other), DEPOSIT, { value: DEPOSIT });
    const units = [60n, 60n, 40n, 1n];
    const vouchers = units.map((count, index) =>
      sign(world, { seq: BigInt(index), items: [{ contentId, units: count, unitPrice: PRICE }] }),
    );
    await claim(world, await Promise.all(vouchers));
    expect((await stateOf(world)).deposit).to.equal(0n);
    expect((await host.channelOf(other)).deposit).to.equal(DEPOSIT);
    expect(await host.credits(provider, NATIVE)).to.equal(split(60n * PRICE)[1] + split(40n * PRICE)[1]);
  });

  it('neither claims nor takes the deposit by itself', async () => {
    const world = await loadFixture(opened);
    const { host, authorizer, channel } = world;
    const thief = authorizer.connect(ethers.provider);
    await networkHelpers.setBalance(thief.address, 10n ** 18n);
    await expect(claim(world, [await sign(world)], thief)).to.be.revertedWithCustomError(host, 'NotClaimer');
    await expect(host.connect(thief).initiateWithdraw(...ofViewer(channel))).to.be.revertedWithCustomError(
      host,
      'ChannelUnknown',
    );
    await expect(host.connect(thief).release(channel)).to.be.revertedWithCustomError(host, 'NotClaimer');
  });
});

describe('a delegate that goes rogue', () => {
  it('can claim and release for the provider, and touches no credit', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, stranger, channel } = world;
    await host.connect(provider).setClaimDelegate(stranger);
    await claim(world, [await sign(world)], stranger);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    const rogue = host.connect(stranger);
    await rogue.release(channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
    for (const attempt of [rogue.withdraw(NATIVE), rogue.withdrawTo(NATIVE, stranger)]) {
      await expect(attempt).not.to.emit(host, 'Withdrawn');
    }
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    await rogue.setClaimDelegate(provider);
    expect(await host.claimDelegateOf(provider)).to.equal(stranger.address);
  });

  it('can’t claim or release for another provider', async () => {
    const world = await loadFixture(opened);
    const { host, provider, creator, stranger, channel } = world;
    await host.connect(creator).setClaimDelegate(stranger);
    const { contents, vouchers } = packBatch([await sign(world)]);
    await expect(host.connect(stranger).claim(channel.provider, NATIVE, contents, vouchers))
      .to.be.revertedWithCustomError(host, 'NotClaimer')
      .withArgs(provider.address, stranger.address);
    await expect(host.connect(stranger).release(channel))
      .to.be.revertedWithCustomError(host, 'NotClaimer')
      .withArgs(provider.address, stranger.address);
  });

  it('pays the provider when it claims an older voucher, which loses the newer one, no more', async () => {
    const world = await loadFixture(openedForTwo);
    const { host, provider, stranger, contentId } = world;
    await host.connect(provider).setClaimDelegate(stranger);
    const older = await sign(world);
    const newer = await sign(world, { items: [{ contentId, units: 3n, unitPrice: PRICE }] });
    await claim(world, [older], stranger);
    await expect(claim(world, [newer])).to.emit(host, 'VoucherRejected');
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    expect(await host.credits(stranger, NATIVE)).to.equal(0n);
  });
});

describe('a delegate and a viewer together', () => {
  // What a provider risks by naming a delegate, as the interface says.
  it('can spend that viewer’s deposit on another voucher than the provider is owed, and touch no other deposit', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, stranger, channel, channelId, contentId } = world;
    const other = { ...channel, salt: ethers.ZeroHash };
    await host.connect(viewer).open(...ofViewer(other), DEPOSIT, { value: DEPOSIT });
    await host.connect(provider).setClaimDelegate(stranger);
    await host.connect(stranger).publish(publication({ cid: 'puppet', providerShareBps: 0n }));
    const puppet = contentIdOf(stranger.address, NATIVE, 'puppet');
    const bought = (content: string) => [{ contentId: content, units: 100n, unitPrice: PRICE }];
    const owed = await sign(world, { seq: 1n, items: bought(contentId) });
    await claim(world, [await sign(world, { items: bought(puppet) })], stranger);
    await expect(claim(world, [owed]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(channelId, 1, reason('DepositTooLow'));
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
    expect(await host.credits(stranger, NATIVE)).to.equal(DEPOSIT);
    expect((await host.channelOf(other)).deposit).to.equal(DEPOSIT);
  });
});

describe('the same msg.value', () => {
  it('opens no two channels, and pays for no two deposits', async () => {
    const { host, hostAddress, viewer, channel } = await loadFixture(opened);
    const encode = host.interface.encodeFunctionData.bind(host.interface);
    const other = { ...channel, salt: ethers.ZeroHash };
    const open = encode('open', [...ofViewer(other), DEPOSIT]);
    const deposit = encode('deposit', [channel, DEPOSIT]);
    const data = encode('multicall', [[open, deposit]]);
    await expect(
      viewer.sendTransaction({ to: hostAddress, data, value: DEPOSIT }),
    ).to.be.revertedWithoutReason(ethers);
    for (const call of [open, deposit]) {
      await expect(host.connect(viewer).multicall([call]))
        .to.be.revertedWithCustomError(host, 'WrongAmount')
        .withArgs(DEPOSIT);
    }
  });
});
