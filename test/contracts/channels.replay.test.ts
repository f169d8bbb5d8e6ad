import { expect } from 'chai';
import {
  type ChannelWorld,
  channelIdOf,
  claim,
  DEPOSIT,
  leaving,
  ofViewer,
  opened,
  openedInToken,
  type Reason,
  reason,
  sign,
  stateOf,
} from './channels.ts';
import type { SignedVoucher } from './vouchers.ts';
import {
  at,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  PRICE,
  publication,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;

async function expectRejected(world: ChannelWorld, voucher: SignedVoucher, why: Reason): Promise<void> {
  await expect(claim(world, [voucher]))
    .to.emit(world.host, 'VoucherRejected')
    .withArgs(voucher.channelId, voucher.seq, reason(why));
}

describe('a voucher that is replayed is rejected', () => {
  it('within the call that pays it', async () => {
    const world = await loadFixture(opened);
    const voucher = await sign(world);
    await expect(claim(world, [voucher, voucher]))
      .to.emit(world.host, 'VoucherRejected')
      .withArgs(world.channelId, 0, reason('SeqUsed'));
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - PRICE);
  });

  it('by a later call', async () => {
    const world = await loadFixture(opened);
    const voucher = await sign(world);
    await claim(world, [voucher]);
    await expectRejected(world, voucher, 'SeqUsed');
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - PRICE);
  });

  it('after a later one was paid: both count what was watched first', async () => {
    const world = await loadFixture(opened);
    const { contentId } = world;
    const shorter = await sign(world);
    const longer = await sign(world, { items: [{ contentId, units: 2n, unitPrice: PRICE }] });
    await claim(world, [longer]);
    await expectRejected(world, shorter, 'SeqUsed');
  });

  it('after the viewer left and came back', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, withdrawableAtSec } = world;
    const voucher = await sign(world, { seq: 3n });
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    await host.connect(viewer).deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expectRejected(world, voucher, 'EpochInvalid');
  });

  it('after the provider released the channel and the viewer came back', async () => {
    const world = await loadFixture(opened);
    const { host, provider, viewer, channel } = world;
    const voucher = await sign(world, { seq: 3n });
    await host.connect(provider).release(channel);
    await host.connect(viewer).deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expectRejected(world, voucher, 'EpochInvalid');
  });

  it('on another chain', async () => {
    const world = await loadFixture(opened);
    const domain = { ...world.domain, chainId: 1n };
    await expectRejected(world, await sign({ ...world, domain }), 'SignerUnknown');
  });

  it('by another contract, though the same channel is open there', async () => {
    const world = await loadFixture(opened);
    const { creator, viewer, channel } = world;
    const host = await ethers.deployContract('StreamHost', [NOTICE_SEC, WITHDRAW_DELAY_SEC]);
    await host.connect(creator).publish(publication());
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    await expectRejected({ ...world, host }, await sign(world), 'SignerUnknown');
  });

  it('by another provider, in its own channel with the viewer and in the one it was signed for', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, stranger } = world;
    const channel = { ...world.channel, provider: stranger.address };
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    const theirs = { ...world, channel, provider: stranger };
    const voucher = await sign(world);
    await expectRejected(theirs, voucher, 'SignerUnknown');
    await expectRejected(theirs, { ...voucher, channelId: channelIdOf(channel) }, 'SignerUnknown');
    expect(await host.credits(stranger, NATIVE)).to.equal(0n);
  });

  it('in another coin than its channel’s, though its content is priced in that', async () => {
    const world = await loadFixture(openedInToken);
    const { host, viewer, provider, tokenAddress } = world;
    const native = { ...world.channel, token: NATIVE };
    await host.connect(viewer).open(...ofViewer(native), DEPOSIT, { value: DEPOSIT });
    await expectRejected(world, await sign(world, { channelId: channelIdOf(native) }), 'SignerUnknown');
    expect(await host.credits(provider, tokenAddress)).to.equal(0n);
  });

  it('in another channel of the same viewer, provider and key', async () => {
    const world = await loadFixture(opened);
    const { host, viewer } = world;
    const channel = { ...world.channel, salt: ethers.ZeroHash };
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT, { value: DEPOSIT });
    const voucher = { ...(await sign(world)), channelId: channelIdOf(channel) };
    await expectRejected({ ...world, channel }, voucher, 'SignerUnknown');
  });
});
