import { expect } from 'chai';
import {
  claim,
  DEPOSIT,
  leaving,
  notOpened,
  ofViewer,
  opened,
  openedInToken,
  sign,
  stateOf,
} from './channels.ts';
import { events } from './sponsor.ts';
import { at, ethers, NATIVE, networkHelpers, PRICE, WITHDRAW_DELAY_SEC } from './world.ts';

const { loadFixture } = networkHelpers;

describe('finalizeWithdraw()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses where no withdrawal is in progress', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(opened);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawNotInitiated')
      .withArgs(channelId);
  });

  it('refuses before the delay is over', async () => {
    const { host, viewer, channel, channelId, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec - 1n);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawTooEarly')
      .withArgs(channelId, withdrawableAtSec);
  });

  it('refuses a second time', async () => {
    const { host, viewer, channel, channelId, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawNotInitiated')
      .withArgs(channelId);
  });

  it('makes the deposit the viewer’s credit, in the next epoch, once the delay is over', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, channelId, withdrawableAtSec } = world;
    await at(withdrawableAtSec);
    const sent = await host.connect(viewer).finalizeWithdraw(channel);
    await expect(sent).to.emit(host, 'WithdrawFinalized').withArgs(channelId, DEPOSIT, 2);
    expect((await events(world, sent)).length).to.equal(1);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
    expect(await stateOf(world)).to.deep.equal({
      deposit: 0n,
      epoch: 2n,
      nextSeq: 0n,
      withdrawableAtSec: 0n,
    });
  });

  it('by anybody credits the viewer, and pays it out within one transaction', async () => {
    const { host, viewer, stranger, channel, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec);
    const calls = [
      host.interface.encodeFunctionData('finalizeWithdraw', [channel]),
      host.interface.encodeFunctionData('withdrawFor', [viewer.address, NATIVE]),
    ];
    await expect(host.connect(stranger).multicall(calls)).to.changeEtherBalances(
      ethers,
      [viewer, stranger, host],
      [DEPOSIT, 0n, -DEPOSIT],
    );
  });

  it('pays out within one transaction by multicall', async () => {
    const { host, viewer, channel, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec);
    const calls = [
      host.interface.encodeFunctionData('finalizeWithdraw', [channel]),
      host.interface.encodeFunctionData('withdraw', [NATIVE]),
    ];
    await expect(host.connect(viewer).multicall(calls)).to.changeEtherBalances(
      ethers,
      [viewer, host],
      [DEPOSIT, -DEPOSIT],
    );
  });

  it('leaves what was claimed meanwhile, and the numbers of vouchers that were used', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, withdrawableAtSec } = world;
    await claim(world, [await sign(world, { seq: 4n })]);
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
    expect((await stateOf(world)).nextSeq).to.equal(5n);
  });

  it('gives back nothing, and still ends the epoch, where all was claimed', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, channelId, contentId, withdrawableAtSec } = world;
    await claim(world, [await sign(world, { items: [{ contentId, units: 100n, unitPrice: PRICE }] })]);
    await at(withdrawableAtSec);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.emit(host, 'WithdrawFinalized')
      .withArgs(channelId, 0, 2);
  });

  it('gives back a token', async () => {
    const world = await loadFixture(openedInToken);
    const { host, viewer, channel, token, tokenAddress } = world;
    await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
    const before = await token.balanceOf(viewer);
    await host.connect(viewer).finalizeWithdraw(channel);
    await host.connect(viewer).withdraw(tokenAddress);
    expect((await token.balanceOf(viewer)) - before).to.equal(DEPOSIT);
  });

  it('leaves the channel ready for another deposit and vouchers of the next epoch', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, provider, channel, withdrawableAtSec } = world;
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    await host.connect(viewer).deposit(channel, PRICE, { value: PRICE });
    await expect(claim(world, [await sign(world, { epoch: 2n })])).to.emit(host, 'VoucherClaimed');
    expect(await host.credits(provider, NATIVE)).to.be.greaterThan(0n);
  });
});
