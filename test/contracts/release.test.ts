import { expect } from 'chai';
import {
  type ChannelWorld,
  claim,
  DEPOSIT,
  leaving,
  notOpened,
  ofViewer,
  opened,
  sign,
  stateOf,
} from './channels.ts';
import { events } from './sponsor.ts';
import { packBatch } from './vouchers.ts';
import { ethers, NATIVE, networkHelpers, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;
const LAST_EPOCH = 2n ** 32n - 1n;

describe('release()', () => {
  it('refuses a channel that nobody opened', async () => {
    const { host, provider, channel, channelId } = await loadFixture(notOpened);
    await expect(host.connect(provider).release(channel))
      .to.be.revertedWithCustomError(host, 'ChannelUnknown')
      .withArgs(channelId);
  });

  it('refuses anybody but the provider and its delegate', async () => {
    const { host, provider, viewer, stranger, channel } = await loadFixture(opened);
    for (const account of [viewer, stranger]) {
      await expect(host.connect(account).release(channel))
        .to.be.revertedWithCustomError(host, 'NotClaimer')
        .withArgs(provider.address, account.address);
    }
  });

  it('by the delegate credits the viewer, in one transaction with a claim', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, stranger, channel } = world;
    await host.connect(provider).setClaimDelegate(stranger);
    const { contents, vouchers } = packBatch([await sign(world)]);
    const encode = host.interface.encodeFunctionData.bind(host.interface);
    await host
      .connect(stranger)
      .multicall([
        encode('claim', [provider.address, NATIVE, contents, vouchers]),
        encode('release', [channel]),
      ]);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
    expect((await stateOf(world)).epoch).to.equal(2n);
  });

  it('makes what is left the viewer’s credit at once, in the next epoch', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, channel, channelId } = world;
    await claim(world, [await sign(world, { seq: 4n })]);
    const sent = await host.connect(provider).release(channel);
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

  it('after the last epoch that a voucher can name leaves a channel that still holds deposits, and pays no voucher', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, channel, channelId } = world;
    const voucher = await sign(world);
    await claim(world, [voucher]);
    await inEpoch(world, LAST_EPOCH);
    await host.connect(provider).release(channel);
    expect(await stateOf(world)).to.deep.equal({
      deposit: 0n,
      epoch: LAST_EPOCH + 1n,
      nextSeq: 1n,
      withdrawableAtSec: 0n,
    });
    await expect(host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT }))
      .to.be.revertedWithCustomError(host, 'ChannelExists')
      .withArgs(channelId);
    await host.deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherRejected');
    await host.connect(provider).release(channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(2n * DEPOSIT - PRICE);
  });

  it('ends a withdrawal in progress', async () => {
    const world = await loadFixture(leaving);
    const { host, provider, viewer, channel } = world;
    await host.connect(provider).release(channel);
    expect((await stateOf(world)).withdrawableAtSec).to.equal(0n);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
  });
});

/** The channel as if its deposit had gone back so often. */
async function inEpoch({ hostAddress, channel, channelId }: ChannelWorld, epoch: bigint): Promise<void> {
  const keys = [channel.provider, channel.token, channelId, channel.authorizer];
  for (let base = 0n; base < 32n; base += 1n) {
    const place = keys.reduce(
      (slot, key) => ethers.keccak256(ethers.concat([ethers.zeroPadValue(key, 32), slot])),
      ethers.toBeHex(base, 32),
    );
    const word = BigInt(await ethers.provider.getStorage(hostAddress, place));
    if (word === 0n) continue;
    const rest = word & ~(LAST_EPOCH << 168n);
    return networkHelpers.setStorageAt(hostAddress, place, ethers.toBeHex(rest | (epoch << 168n), 32));
  }
  throw new Error('the word of the channel was not found');
}
