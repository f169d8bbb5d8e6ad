import { expect } from 'chai';
import { channelIdOf, claim, DEPOSIT, leaving, ofViewer, opened, sign, stateOf } from './channels.ts';
import {
  authorization,
  authorizationNonce,
  DEPOSIT_SALT,
  FAR_SEC,
  notOpenedInSignedToken,
  openedInSignedToken,
} from './token-signing.ts';
import { at, ethers, NATIVE, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;

describe('a third party', () => {
  it('can’t claim a voucher that it saw', async () => {
    const world = await loadFixture(opened);
    const { host, provider, stranger } = world;
    await expect(claim(world, [await sign(world)], stranger))
      .to.be.revertedWithCustomError(host, 'NotClaimer')
      .withArgs(provider.address, stranger.address);
  });

  it('can’t start or cancel a withdrawal, nor release the channel', async () => {
    const world = await loadFixture(leaving);
    const { host, stranger, provider, channel, withdrawableAtSec } = world;
    const before = await stateOf(world);
    await at(withdrawableAtSec);
    for (const account of [stranger, provider]) {
      const other = channelIdOf({ ...channel, viewer: account.address });
      const as = host.connect(account);
      for (const attempt of [
        as.initiateWithdraw(...ofViewer(channel)),
        as.cancelWithdraw(...ofViewer(channel)),
      ]) {
        await expect(attempt).to.be.revertedWithCustomError(host, 'ChannelUnknown').withArgs(other);
      }
    }
    await expect(host.connect(stranger).release(channel))
      .to.be.revertedWithCustomError(host, 'NotClaimer')
      .withArgs(provider.address, stranger.address);
    expect(await stateOf(world)).to.deep.equal(before);
  });

  it('can neither delay a withdrawal by a deposit nor lose its money to one', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, stranger, channel, channelId, withdrawableAtSec } = world;
    await at(withdrawableAtSec - 1n);
    await expect(host.connect(stranger).deposit(channel, 1, { value: 1 }))
      .to.be.revertedWithCustomError(host, 'WithdrawInProgress')
      .withArgs(channelId);
    await at(withdrawableAtSec);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.emit(host, 'WithdrawFinalized')
      .withArgs(channelId, DEPOSIT, 2);
  });

  it('that finishes a withdrawal does what the viewer wanted', async () => {
    const { host, viewer, stranger, channel, withdrawableAtSec } = await loadFixture(leaving);
    await at(withdrawableAtSec);
    await host.connect(stranger).finalizeWithdraw(channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
  });

  it('can’t open the viewer’s channel, with its own key, before the viewer does', async () => {
    const { host, viewer, stranger, channel } = await loadFixture(opened);
    const theirs = { ...channel, authorizer: stranger.address };
    await host.connect(stranger).open(...ofViewer(theirs), 1, { value: 1 });
    expect((await host.channelOf({ ...theirs, viewer: viewer.address })).epoch).to.equal(0n);
  });

  it('can’t submit an authorisation to the token itself, which would leave the money uncredited', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { hostAddress, viewer, stranger, channelId, signedToken } = world;
    const { v, r, s } = await authorization(world);
    const nonce = authorizationNonce(channelId, DEPOSIT_SALT);
    const args = [viewer.address, hostAddress, DEPOSIT, 0n, FAR_SEC, nonce, v, r, s] as const;
    const asThief = signedToken.connect(stranger);
    await expect(asThief.receiveWithAuthorization(...args))
      .to.be.revertedWithCustomError(signedToken, 'ERC20InvalidReceiver')
      .withArgs(hostAddress);
    await expect(asThief.transferWithAuthorization(...args)).to.be.revertedWithCustomError(
      signedToken,
      'ERC3009InvalidSignature',
    );
  });

  it('can’t use an authorisation for another channel', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, hostAddress, viewer, stranger, channel, token, signedToken } = world;
    const theirs = { ...channel, viewer: stranger.address };
    await token.mint(stranger, 1);
    await token.connect(stranger).approve(hostAddress, 1);
    await host.connect(stranger).open(...ofViewer(theirs), 1);
    const signed = await authorization(world);
    await expect(
      host.connect(stranger).depositWithAuthorization(theirs, viewer, DEPOSIT, signed),
    ).to.be.revertedWithCustomError(signedToken, 'ERC3009InvalidSignature');
    const otherSalt = { ...signed, salt: ethers.ZeroHash };
    await expect(
      host.connect(stranger).depositWithAuthorization(channel, viewer, DEPOSIT, otherSalt),
    ).to.be.revertedWithCustomError(signedToken, 'ERC3009InvalidSignature');
  });

  it('that submits an authorisation first does what the viewer wanted', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, viewer, stranger, channel, channelId } = world;
    const signed = await authorization(world);
    await host.connect(stranger).openWithAuthorization(channel, DEPOSIT, signed);
    await expect(host.connect(viewer).openWithAuthorization(channel, DEPOSIT, signed))
      .to.be.revertedWithCustomError(host, 'ChannelExists')
      .withArgs(channelId);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });
});
