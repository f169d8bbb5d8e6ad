import { expect } from 'chai';
import { channelIdOf, DEPOSIT, notOpenedIn, ofViewer, stateOf } from './channels.ts';
import {
  authorization,
  authorizationNonce,
  DEPOSIT_SALT,
  FAR_SEC,
  notOpenedInSignedToken,
  openedInSignedToken,
} from './token-signing.ts';
import { ethers, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;

async function notOpenedInSwallowingToken() {
  return await notOpenedIn('SwallowingToken');
}

describe('openWithAuthorization()', () => {
  it('refuses a channel of somebody else than who signed', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, stranger, channel, signedToken } = world;
    const other = { ...channel, viewer: stranger.address };
    const nonce = authorizationNonce(channelIdOf(other), DEPOSIT_SALT);
    const signed = await authorization(world, { nonce });
    await expect(
      host.connect(stranger).openWithAuthorization(other, DEPOSIT, signed),
    ).to.be.revertedWithCustomError(signedToken, 'ERC3009InvalidSignature');
  });

  it('refuses a token that swallows the call and moves nothing', async () => {
    const { host, viewer, channel, tokenAddress } = await loadFixture(notOpenedInSwallowingToken);
    const [r, s] = [ethers.ZeroHash, ethers.ZeroHash];
    const signed = { validAfterSec: 0n, validBeforeSec: FAR_SEC, salt: DEPOSIT_SALT, v: 27, r, s };
    await expect(host.connect(viewer).openWithAuthorization(channel, DEPOSIT, signed))
      .to.be.revertedWithCustomError(host, 'TransferMismatch')
      .withArgs(tokenAddress, DEPOSIT, 0);
  });

  it('opens the channel of who signed, whoever submits it', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, stranger, channel, channelId, token } = world;
    const signed = await authorization(world);
    const sent = await host.connect(stranger).openWithAuthorization(channel, DEPOSIT, signed);
    await expect(sent)
      .to.emit(host, 'ChannelOpened')
      .withArgs(channelId, viewer.address, channel.provider, channel.token, channel.authorizer, channel.salt);
    await expect(sent).to.emit(host, 'Deposited').withArgs(channelId, viewer.address, DEPOSIT);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT);
  });
});

describe('depositWithAuthorization()', () => {
  it('refuses a channel that nobody opened', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, viewer, channel, channelId } = world;
    const signed = await authorization(world);
    await expect(host.depositWithAuthorization(channel, viewer, DEPOSIT, signed))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses another amount than was signed', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, viewer, channel, signedToken } = world;
    const signed = await authorization(world);
    await expect(
      host.depositWithAuthorization(channel, viewer, DEPOSIT - 1n, signed),
    ).to.be.revertedWithCustomError(signedToken, 'ERC3009InvalidSignature');
  });

  it('refuses the same authorization twice', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, viewer, channel, channelId, signedToken } = world;
    const signed = await authorization(world);
    await host.depositWithAuthorization(channel, viewer, DEPOSIT, signed);
    await expect(host.depositWithAuthorization(channel, viewer, DEPOSIT, signed))
      .to.be.revertedWithCustomError(signedToken, 'ERC3009UsedAuthorization')
      .withArgs(viewer.address, authorizationNonce(channelId, DEPOSIT_SALT));
  });

  it('adds the token of anybody who signed, whoever submits it', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, creator, stranger, channel, channelId, token } = world;
    await token.mint(stranger, 7);
    const terms = { from: stranger.address, value: 7n };
    const signed = await authorization(world, terms, 'ReceiveWithAuthorization', stranger);
    await expect(host.connect(creator).depositWithAuthorization(channel, stranger, 7, signed))
      .to.emit(host, 'Deposited')
      .withArgs(channelId, stranger.address, 7);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT + 7n);
  });

  it('of a stranger is refused while a withdrawal is in progress; of the viewer cancels it', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, viewer, stranger, channel, channelId, token } = world;
    await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    await token.mint(stranger, 7);
    const terms = { from: stranger.address, value: 7n };
    const theirs = await authorization(world, terms, 'ReceiveWithAuthorization', stranger);
    await expect(host.connect(viewer).depositWithAuthorization(channel, stranger, 7, theirs))
      .to.be.revertedWithCustomError(host, 'WithdrawInProgress')
      .withArgs(channelId);
    await expect(
      host.connect(stranger).depositWithAuthorization(channel, viewer, DEPOSIT, await authorization(world)),
    )
      .to.emit(host, 'WithdrawCancelled')
      .withArgs(channelId);
    const { deposit, withdrawableAtSec } = await stateOf(world);
    expect([deposit, withdrawableAtSec]).to.deep.equal([2n * DEPOSIT, 0n]);
  });
});
