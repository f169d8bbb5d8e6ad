import { expect } from 'chai';
import { claim, DEPOSIT, leaving, notOpened, ofProvider, opened, sign, stateOf } from './channels.ts';
import { events } from './sponsor.ts';
import { NATIVE, networkHelpers, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;

describe('release()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, provider, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(provider).release(...ofProvider(channel)))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('makes what is left the viewer’s credit at once, in the next epoch', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, channel, channelId } = world;
    await claim(world, [await sign(world, { seq: 4n })]);
    const sent = await host.connect(provider).release(...ofProvider(channel));
    await expect(sent)
      .to.emit(host, 'ChannelReleased')
      .withArgs(channelId, DEPOSIT - PRICE, 2);
    expect((await events(world, sent)).length).to.equal(1);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
    expect(await stateOf(world)).to.deep.equal({
      deposit: 0n,
      epoch: 2n,
      nextSeq: 5n,
      withdrawableAtSec: 0n,
    });
  });

  it('ends a withdrawal in progress', async () => {
    const world = await loadFixture(leaving);
    const { host, provider, viewer, channel } = world;
    await host.connect(provider).release(...ofProvider(channel));
    expect((await stateOf(world)).withdrawableAtSec).to.equal(0n);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
  });
});
