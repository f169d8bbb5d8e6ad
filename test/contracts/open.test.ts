import { expect } from 'chai';
import { channelIdOf, DEPOSIT, notOpened, notOpenedIn, ofViewer, opened, stateOf } from './channels.ts';
import { events } from './sponsor.ts';
import { ethers, NATIVE, networkHelpers } from './world.ts';

const { loadFixture } = networkHelpers;

async function notOpenedInToken() {
  return await notOpenedIn('TestToken');
}

async function notOpenedInFeeToken() {
  return await notOpenedIn('FeeToken');
}

async function notOpenedInRefusingToken() {
  return await notOpenedIn('RefusingToken');
}

describe('open()', () => {
  it('refuses the zero address and the contract as provider: they can claim nothing', async () => {
    const { host, hostAddress, viewer, channel } = await loadFixture(notOpened);
    for (const provider of [ethers.ZeroAddress, hostAddress]) {
      const args = ofViewer({ ...channel, provider });
      await expect(host.connect(viewer).open(...args, DEPOSIT, { value: DEPOSIT }))
        .to.be.revertedWithCustomError(host, 'ProviderInvalid')
        .withArgs(provider);
    }
  });

  it('refuses a channel without authorizer, which any broken signature would be of', async () => {
    const { host, viewer, channel } = await loadFixture(notOpened);
    const args = ofViewer({ ...channel, authorizer: ethers.ZeroAddress });
    await expect(
      host.connect(viewer).open(...args, DEPOSIT, { value: DEPOSIT }),
    ).to.be.revertedWithCustomError(host, 'AuthorizerZero');
  });

  it('refuses a channel without deposit', async () => {
    const { host, viewer, channel } = await loadFixture(notOpened);
    await expect(host.connect(viewer).open(...ofViewer(channel), 0)).to.be.revertedWithCustomError(
      host,
      'DepositZero',
    );
  });

  it('refuses more than a channel can hold', async () => {
    const { host, viewer, channel } = await loadFixture(notOpened);
    await expect(host.connect(viewer).open(...ofViewer(channel), 2n ** 128n))
      .to.be.revertedWithCustomError(host, 'DepositTooLarge')
      .withArgs(2n ** 128n);
  });

  it('refuses to open a channel twice', async () => {
    const { host, viewer, channel, channelId } = await loadFixture(opened);
    await expect(host.connect(viewer).open(...ofViewer(channel), 1, { value: 1 }))
      .to.be.revertedWithCustomError(host, 'ChannelExists')
      .withArgs(channelId);
  });

  for (const value of [0n, DEPOSIT - 1n, DEPOSIT + 1n]) {
    it(`refuses ${value} wei of value for a deposit of ${DEPOSIT}`, async () => {
      const { host, viewer, channel } = await loadFixture(notOpened);
      await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value }))
        .to.be.revertedWithCustomError(host, 'WrongAmount')
        .withArgs(DEPOSIT);
    });
  }

  it('refuses native coin beside a token', async () => {
    const { host, viewer, channel } = await loadFixture(notOpenedInToken);
    await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: 1 }))
      .to.be.revertedWithCustomError(host, 'ValueNotAccepted')
      .withArgs(1);
  });

  it('refuses a token that was not approved', async () => {
    const { host, hostAddress, viewer, channel, token } = await loadFixture(notOpenedInToken);
    await token.connect(viewer).approve(hostAddress, DEPOSIT - 1n);
    await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(hostAddress, DEPOSIT - 1n, DEPOSIT);
  });

  it('refuses a token that keeps a fee', async () => {
    const { host, viewer, channel, tokenAddress } = await loadFixture(notOpenedInFeeToken);
    await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT))
      .to.be.revertedWithCustomError(host, 'TransferMismatch')
      .withArgs(tokenAddress, DEPOSIT, DEPOSIT - DEPOSIT / 100n);
  });

  it('refuses a token that answers false', async () => {
    const { host, viewer, channel, tokenAddress } = await loadFixture(notOpenedInRefusingToken);
    await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT))
      .to.be.revertedWithCustomError(host, 'SafeERC20FailedOperation')
      .withArgs(tokenAddress);
  });

  it('takes the native coin and holds it in the first epoch', async () => {
    const world = await loadFixture(notOpened);
    const { host, viewer, channel } = world;
    await expect(
      host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT }),
    ).to.changeEtherBalances(ethers, [viewer, host], [-DEPOSIT, DEPOSIT]);
    expect(await stateOf(world)).to.deep.equal({
      deposit: DEPOSIT,
      epoch: 1n,
      nextSeq: 0n,
      withdrawableAtSec: 0n,
    });
  });

  it('takes an approved token', async () => {
    const world = await loadFixture(notOpenedInToken);
    const { host, hostAddress, viewer, channel, token } = world;
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });

  it('takes as much as a channel can hold', async () => {
    const world = await loadFixture(notOpenedInToken);
    const { host, hostAddress, viewer, channel, token } = world;
    const most = 2n ** 128n - 1n;
    await token.mint(viewer, most);
    await token.connect(viewer).approve(hostAddress, most);
    await host.connect(viewer).open(...ofViewer(channel), most);
    expect(await stateOf(world)).to.deep.equal({
      deposit: most,
      epoch: 1n,
      nextSeq: 0n,
      withdrawableAtSec: 0n,
    });
  });

  it('logs the full configuration and the deposit, and nothing else', async () => {
    const world = await loadFixture(notOpened);
    const { host, viewer, channel, channelId } = world;
    const sent = await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    await expect(sent)
      .to.emit(host, 'ChannelOpened')
      .withArgs(channelId, channel.viewer, channel.provider, NATIVE, channel.authorizer, channel.salt);
    await expect(sent).to.emit(host, 'Deposited').withArgs(channelId, viewer.address, DEPOSIT);
    expect((await events(world, sent)).map(({ name }) => name)).to.deep.equal(['ChannelOpened', 'Deposited']);
  });

  it('opens channels that differ in one part beside each other', async () => {
    const { host, viewer, stranger, channel } = await loadFixture(opened);
    const others = [
      { ...channel, provider: stranger.address },
      { ...channel, authorizer: stranger.address },
      { ...channel, salt: ethers.ZeroHash },
    ];
    for (const other of others) {
      await host.connect(viewer).open(...ofViewer(other), 5, { value: 5 });
      expect((await host.channelOf(other)).deposit).to.equal(5n);
    }
    await host.connect(stranger).open(...ofViewer(channel), 5, { value: 5 });
    expect((await host.channelOf(channel)).deposit).to.equal(DEPOSIT);
  });
});

describe('channelIdOf()', () => {
  it('is the hash of the configuration, opened or not', async () => {
    const { host, channel, channelId } = await loadFixture(notOpened);
    expect(await host.channelIdOf(channel)).to.equal(channelId);
    const other = { ...channel, salt: ethers.ZeroHash };
    expect(await host.channelIdOf(other)).to.equal(channelIdOf(other));
  });
});

describe('channelOf()', () => {
  it('is all zero for a channel that nobody opened', async () => {
    expect(await stateOf(await loadFixture(notOpened))).to.deep.equal({
      deposit: 0n,
      epoch: 0n,
      nextSeq: 0n,
      withdrawableAtSec: 0n,
    });
  });
});
