import { expect } from 'chai';
import { claim, DEPOSIT, ofViewer, opened, sign } from './channels.ts';
import {
  contentIdOf,
  ethers,
  NATIVE,
  networkHelpers,
  PRICE,
  publication,
  split,
  URL,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [_CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);

describe('a contract wallet', () => {
  it('as viewer opens, leaves and is paid elsewhere though it refuses money itself', async () => {
    const world = await loadFixture(opened);
    const { host, hostAddress, stranger, channel, authorizer, provider } = world;
    const wallet = await ethers.deployContract('Payee');
    await networkHelpers.setBalance(await wallet.getAddress(), DEPOSIT);
    const encode = host.interface.encodeFunctionData.bind(host.interface);
    const own = ofViewer(channel);
    await wallet.execute(hostAddress, DEPOSIT, encode('open', [...own, DEPOSIT]));
    const walletChannel = { ...channel, viewer: await wallet.getAddress() };
    const channelId = await host.channelIdOf(walletChannel);
    await claim(world, [await sign({ ...world, authorizer }, { channelId })]);
    await wallet.set(1);
    await wallet.execute(hostAddress, 0, encode('initiateWithdraw', own));
    await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
    await wallet.execute(hostAddress, 0, encode('finalizeWithdraw', [walletChannel]));
    await expect(
      wallet.execute(hostAddress, 0, encode('withdrawTo', [NATIVE, stranger.address])),
    ).to.changeEtherBalances(ethers, [stranger], [DEPOSIT - PRICE]);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('that refuses money is released all the same', async () => {
    const world = await loadFixture(opened);
    const { host, hostAddress, provider, channel } = world;
    const wallet = await ethers.deployContract('Payee');
    await networkHelpers.setBalance(await wallet.getAddress(), DEPOSIT);
    const open = host.interface.encodeFunctionData('open', [...ofViewer(channel), DEPOSIT]);
    await wallet.execute(hostAddress, DEPOSIT, open);
    await wallet.set(1);
    const viewer = await wallet.getAddress();
    await host.connect(provider).release({ ...channel, viewer });
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
  });

  it('as creator and provider at once is credited both parts, by its delegate’s claim', async () => {
    const world = await loadFixture(opened);
    const { host, hostAddress, viewer, stranger } = world;
    const wallet = await ethers.deployContract('Payee');
    const address = await wallet.getAddress();
    const encode = host.interface.encodeFunctionData.bind(host.interface);
    await wallet.execute(hostAddress, 0, encode('publish', [publication()]));
    await wallet.execute(hostAddress, 0, encode('registerStream', [contentIdOf(address), URL]));
    await wallet.execute(hostAddress, 0, encode('setClaimDelegate', [stranger.address]));
    const channel = { ...world.channel, provider: address };
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    const theirs = { ...world, channel, channelId: await host.channelIdOf(channel) };
    const items = [{ contentId: contentIdOf(address), units: 1n, unitPrice: PRICE }];
    await claim(theirs, [await sign(theirs, { items })], stranger);
    expect(await host.credits(address, NATIVE)).to.equal(PRICE);
  });
});
