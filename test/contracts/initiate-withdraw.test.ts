import { expect } from 'chai';
import { claim, DEPOSIT, leaving, notOpened, ofViewer, opened, sign, stateOf } from './channels.ts';
import { events } from './sponsor.ts';
import { networkHelpers, nextBlockAtSec, PRICE, WITHDRAW_DELAY_SEC } from './world.ts';

const { loadFixture } = networkHelpers;

describe('initiateWithdraw()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(viewer).initiateWithdraw(...ofViewer(channel)))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses a second time, which would start the delay again', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(leaving);
    await expect(host.connect(viewer).initiateWithdraw(...ofViewer(channel)))
      .to.be.revertedWithCustomError(host, 'WithdrawInProgress')
      .withArgs(channelId);
  });

  it('refuses a channel whose deposit is spent: the delay can’t run before there is one', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, channel, channelId, contentId } = world;
    await claim(world, [await sign(world, { items: [{ contentId, units: 100n, unitPrice: PRICE }] })]);
    await expect(host.connect(viewer).initiateWithdraw(...ofViewer(channel)))
      .to.be.revertedWithCustomError(host, 'ChannelEmpty')
      .withArgs(channelId);
  });

  it('starts the delay, takes nothing, and logs when it is over', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, channel, channelId } = world;
    const withdrawableAtSec = (await nextBlockAtSec()) + WITHDRAW_DELAY_SEC;
    const sent = await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    await expect(sent).to.emit(host, 'WithdrawInitiated').withArgs(channelId, withdrawableAtSec);
    expect((await events(world, sent)).length).to.equal(1);
    expect(await stateOf(world)).to.deep.equal({
      deposit: DEPOSIT,
      epoch: 1n,
      nextSeq: 0n,
      withdrawableAtSec,
    });
  });

  it('leaves the provider its claims', async () => {
    const world = await loadFixture(leaving);
    await expect(claim(world, [await sign(world)])).to.emit(world.host, 'VoucherClaimed');
    const { deposit, withdrawableAtSec } = await stateOf(world);
    expect([deposit, withdrawableAtSec]).to.deep.equal([DEPOSIT - PRICE, world.withdrawableAtSec]);
  });
});
