import { expect } from 'chai';
import { claim, DEPOSIT, leaving, notOpened, opened, openedInToken, sign, stateOf } from './channels.ts';
import { events } from './sponsor.ts';
import { at, ethers, networkHelpers, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;

describe('deposit()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(viewer).deposit(channel, 1, { value: 1 }))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses nothing', async () => {
    const { host, viewer, channel } = await loadFixture(opened);
    await expect(host.connect(viewer).deposit(channel, 0)).to.be.revertedWithCustomError(host, 'DepositZero');
  });

  it('refuses more than the channel can hold with what it holds', async () => {
    const { host, viewer, channel } = await loadFixture(opened);
    const amount = 2n ** 128n - DEPOSIT;
    await expect(host.connect(viewer).deposit(channel, amount))
      .to.be.revertedWithCustomError(host, 'DepositTooLarge')
      .withArgs(amount);
  });

  for (const value of [0n, 1n, 3n]) {
    it(`refuses ${value} wei of value for a deposit of 2`, async () => {
      const { host, viewer, channel } = await loadFixture(opened);
      await expect(host.connect(viewer).deposit(channel, 2, { value }))
        .to.be.revertedWithCustomError(host, 'WrongAmount')
        .withArgs(2);
    });
  }

  it('refuses native coin beside a token', async () => {
    const { host, viewer, channel } = await loadFixture(openedInToken);
    await expect(host.connect(viewer).deposit(channel, 2, { value: 2 }))
      .to.be.revertedWithCustomError(host, 'ValueNotAccepted')
      .withArgs(2);
  });

  it('adds the native coin of anybody, and logs who paid', async () => {
    const world = await loadFixture(opened);
    const { host, stranger, channel, channelId } = world;
    const sent = await host.connect(stranger).deposit(channel, 7, { value: 7 });
    await expect(sent).to.changeEtherBalances(ethers, [stranger, host], [-7n, 7n]);
    await expect(sent).to.emit(host, 'Deposited').withArgs(channelId, stranger.address, 7);
    expect((await events(world, sent)).length).to.equal(1);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT + 7n);
  });

  it('adds a token of anybody', async () => {
    const world = await loadFixture(openedInToken);
    const { host, hostAddress, stranger, channel, token } = world;
    await token.mint(stranger, 7);
    await token.connect(stranger).approve(hostAddress, 7);
    await host.connect(stranger).deposit(channel, 7);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT + 7n);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT + 7n);
  });

  it('leaves epoch and numbers as they are', async () => {
    const world = await loadFixture(opened);
    const { host, stranger, channel } = world;
    await claim(world, [await sign(world, { seq: 4n })]);
    await host.connect(stranger).deposit(channel, 7, { value: 7 });
    expect(await stateOf(world)).to.deep.equal({
      deposit: DEPOSIT - PRICE + 7n,
      epoch: 1n,
      nextSeq: 5n,
      withdrawableAtSec: 0n,
    });
  });

  for (const laterSec of [-1n, 0n, 1_000n]) {
    it(`of a stranger is refused while a withdrawal is in progress, ${laterSec} s after its delay`, async () => {
      const { host, stranger, channel, channelId, withdrawableAtSec } = await loadFixture(leaving);
      await at(withdrawableAtSec + laterSec);
      await expect(host.connect(stranger).deposit(channel, 7, { value: 7 }))
        .to.be.revertedWithCustomError(host, 'WithdrawInProgress')
        .withArgs(channelId);
    });

    it(`of the viewer cancels a withdrawal in progress, ${laterSec} s after its delay`, async () => {
      const world = await loadFixture(leaving);
      const { host, viewer, channel, channelId, withdrawableAtSec } = world;
      await at(withdrawableAtSec + laterSec);
      const sent = await host.connect(viewer).deposit(channel, 7, { value: 7 });
      const logged = await events(world, sent);
      expect(logged.map(({ name, args }) => [name, args.toArray()])).to.deep.equal([
        ['WithdrawCancelled', [channelId]],
        ['Deposited', [channelId, viewer.address, 7n]],
      ]);
      expect(await stateOf(world)).to.deep.equal({
        deposit: DEPOSIT + 7n,
        epoch: 1n,
        nextSeq: 0n,
        withdrawableAtSec: 0n,
      });
    });
  }
});
