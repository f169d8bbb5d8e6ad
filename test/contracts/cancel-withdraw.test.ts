import { expect } from 'chai';
import { DEPOSIT, leaving, notOpened, ofViewer, opened, stateOf } from './channels.ts';
import { events } from './sponsor.ts';
import { at, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;

describe('cancelWithdraw()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(viewer).cancelWithdraw(...ofViewer(channel)))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses where no withdrawal is in progress', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(opened);
    await expect(host.connect(viewer).cancelWithdraw(...ofViewer(channel)))
      .to.be.revertedWithCustomError(host, 'WithdrawNotInitiated')
      .withArgs(channelId);
  });

  for (const laterSec of [0n, 1_000n]) {
    it(`ends the withdrawal ${laterSec} s after it could have been finalized`, async () => {
      const world = await loadFixture(leaving);
      const { host, viewer, channel, channelId, withdrawableAtSec } = world;
      await at(withdrawableAtSec + laterSec);
      const sent = await host.connect(viewer).cancelWithdraw(...ofViewer(channel));
      await expect(sent).to.emit(host, 'WithdrawCancelled').withArgs(channelId);
      expect((await events(world, sent)).length).to.equal(1);
      expect(await stateOf(world)).to.deep.equal({
        deposit: DEPOSIT,
        epoch: 1n,
        nextSeq: 0n,
        withdrawableAtSec: 0n,
      });
    });
  }

  it('makes the next withdrawal wait for the whole delay', async () => {
    const { host, viewer, channel, channelId, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec);
    await host.connect(viewer).cancelWithdraw(...ofViewer(channel));
    await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawTooEarly')
      .withArgs(channelId, (await host.channelOf(channel)).withdrawableAtSec);
  });
});
