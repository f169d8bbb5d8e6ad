import { expect } from 'chai';
import { DEPOSIT, notOpened, notOpenedIn, ofViewer, stateOf } from './channels.ts';
import { notOpenedInSignedToken, openedInSignedToken, permit } from './tokensigning.ts';
import { ethers, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;
/** A signature of nobody. */
const BROKEN = { deadlineSec: 2n ** 40n, v: 27, r: ethers.ZeroHash, s: ethers.ZeroHash };

async function notOpenedInSwallowingToken() {
  const world = await notOpenedIn('SwallowingToken');
  await world.token.connect(world.viewer).approve(world.hostAddress, 0);
  return world;
}

describe('openWithPermit()', () => {
  it('refuses the native coin, which knows no permits', async () => {
    const { host, viewer, channel } = await loadFixture(notOpened);
    await expect(
      host.connect(viewer).openWithPermit(...ofViewer(channel), DEPOSIT, BROKEN),
    ).to.be.revertedWithoutReason(ethers);
  });

  it('refuses a broken permit where nothing is approved', async () => {
    const { host, hostAddress, viewer, channel, token } = await loadFixture(notOpenedInSignedToken);
    await expect(host.connect(viewer).openWithPermit(...ofViewer(channel), DEPOSIT, BROKEN))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(hostAddress, 0, DEPOSIT);
  });

  it('refuses a permit of somebody else: it takes from the caller only', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, stranger, channel, token } = world;
    const signed = await permit(world, viewer, DEPOSIT);
    await expect(host.connect(stranger).openWithPermit(...ofViewer(channel), DEPOSIT, signed))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(hostAddress, 0, DEPOSIT);
  });

  it('refuses a token that swallows permits and was not approved', async () => {
    const { host, hostAddress, viewer, channel, token } = await loadFixture(notOpenedInSwallowingToken);
    await expect(host.connect(viewer).openWithPermit(...ofViewer(channel), DEPOSIT, BROKEN))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(hostAddress, 0, DEPOSIT);
  });

  it('opens the channel and takes the token in one transaction', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, channel, channelId, token } = world;
    const signed = await permit(world, viewer, DEPOSIT);
    const sent = await host.connect(viewer).openWithPermit(...ofViewer(channel), DEPOSIT, signed);
    await expect(sent).to.emit(host, 'ChannelOpened');
    await expect(sent).to.emit(host, 'Deposited').withArgs(channelId, viewer.address, DEPOSIT);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT);
    expect(await token.allowance(viewer, hostAddress)).to.equal(0n);
  });

  it('opens it also when somebody submitted the permit to the token before', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, stranger, channel, signedToken } = world;
    const signed = await permit(world, viewer, DEPOSIT);
    const { deadlineSec, v, r, s } = signed;
    await signedToken.connect(stranger).permit(viewer, hostAddress, DEPOSIT, deadlineSec, v, r, s);
    await host.connect(viewer).openWithPermit(...ofViewer(channel), DEPOSIT, signed);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });
});

describe('depositWithPermit()', () => {
  it('refuses a channel that nobody opened', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, viewer, channel, channelId } = world;
    const signed = await permit(world, viewer, 7n);
    await expect(host.connect(viewer).depositWithPermit(channel, 7, signed))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('adds the token of anybody on its permit', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, hostAddress, stranger, channel, channelId, token } = world;
    await token.mint(stranger, 7);
    const signed = await permit(world, stranger, 7n);
    await expect(host.connect(stranger).depositWithPermit(channel, 7, signed))
      .to.emit(host, 'Deposited')
      .withArgs(channelId, stranger.address, 7);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT + 7n);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT + 7n);
  });

  it('adds it also when somebody submitted the permit before', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, hostAddress, viewer, stranger, channel, signedToken } = world;
    const signed = await permit(world, viewer, 7n);
    const { deadlineSec, v, r, s } = signed;
    await signedToken.connect(stranger).permit(viewer, hostAddress, 7n, deadlineSec, v, r, s);
    await host.connect(viewer).depositWithPermit(channel, 7, signed);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT + 7n);
  });
});
