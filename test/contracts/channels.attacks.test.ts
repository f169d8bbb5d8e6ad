import { expect } from 'chai';
import {
  type ChannelWorld,
  claim,
  DEPOSIT,
  leaving,
  ofViewer,
  opened,
  reason,
  sign,
  stateOf,
} from './channels.ts';
import { packBatch, type SignedVoucher } from './vouchers.ts';
import {
  at,
  contentIdOf,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  nextBlockAtSec,
  PRICE,
  publication,
  SHARE_BPS,
  split,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [_CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);

async function verdictOf(
  { host, provider }: ChannelWorld,
  voucher: SignedVoucher,
): Promise<bigint | undefined> {
  const { contents, vouchers } = packBatch([voucher]);
  return (await host.claimable(provider, NATIVE, contents, vouchers))[0]?.reason;
}

describe('a viewer', () => {
  it('that leaves while a voucher is open pays it, up to the last second of the delay and beyond', async () => {
    const world = await loadFixture(leaving);
    const { host, provider, viewer, channel, withdrawableAtSec } = world;
    await at(withdrawableAtSec + 1_000n);
    await claim(world, [await sign(world)]);
    await host.connect(viewer).finalizeWithdraw(channel);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
  });

  it('that leaves can’t take the deposit within the delay, however often it asks', async () => {
    const { host, viewer, channel, channelId, withdrawableAtSec } = await loadFixture(leaving);
    await host.connect(viewer).cancelWithdraw(...ofViewer(channel));
    await at(withdrawableAtSec - 1n);
    await host.connect(viewer).initiateWithdraw(...ofViewer(channel));
    await at(withdrawableAtSec);
    await expect(host.connect(viewer).finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawTooEarly')
      .withArgs(channelId, withdrawableAtSec - 1n + WITHDRAW_DELAY_SEC);
  });

  it('can’t open a channel without deposit, to let the delay pass before there is one', async () => {
    const { host, viewer, channel } = await loadFixture(opened);
    const empty = { ...channel, salt: ethers.ZeroHash };
    await expect(host.connect(viewer).open(...ofViewer(empty), 0)).to.be.revertedWithCustomError(
      host,
      'DepositZero',
    );
  });

  it('that let the delay pass on a small deposit waits for a larger one all the same', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, channel, channelId, withdrawableAtSec } = world;
    await at(withdrawableAtSec + 1n);
    await host.connect(viewer).deposit(channel, DEPOSIT, { value: DEPOSIT });
    await expect(host.finalizeWithdraw(channel))
      .to.be.revertedWithCustomError(host, 'WithdrawNotInitiated')
      .withArgs(channelId);
    expect((await stateOf(world)).withdrawableAtSec).to.equal(0n);
  });

  it('that signs more than it has is good for the deposit, not for others’', async () => {
    const world = await loadFixture(opened);
    const { host, stranger, provider, channel, contentId } = world;
    const others = { ...channel, viewer: stranger.address };
    await host.connect(stranger).open(...ofViewer(others), DEPOSIT, { value: DEPOSIT });
    const items = [{ contentId, units: 101n, unitPrice: PRICE }];
    await expect(claim(world, [await sign(world, { items })])).to.emit(host, 'VoucherRejected');
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
    expect((await host.channelOf(others)).deposit).to.equal(DEPOSIT);
  });
});

describe('a provider', () => {
  it('that inflates the units it was promised gets nothing', async () => {
    const world = await loadFixture(opened);
    const { host, channelId } = world;
    const voucher = await sign(world);
    const items = voucher.items.map((item) => ({ ...item, units: 99n }));
    await expect(claim(world, [{ ...voucher, items }]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(channelId, 0, reason('SignerUnknown'));
  });

  it('that names its own content instead of the one watched gets nothing', async () => {
    const world = await loadFixture(opened);
    const { host, provider, channelId } = world;
    await host.connect(provider).publish(publication({ providerShareBps: 10_000n }));
    const voucher = await sign(world);
    const items = voucher.items.map((item) => ({ ...item, contentId: contentIdOf(provider.address) }));
    await expect(claim(world, [{ ...voucher, items }]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(channelId, 0, reason('SignerUnknown'));
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
  });

  it('that claims after the viewer took the deposit gets nothing', async () => {
    const world = await loadFixture(leaving);
    const { host, viewer, provider, channel, withdrawableAtSec } = world;
    const voucher = await sign(world);
    await at(withdrawableAtSec);
    await host.connect(viewer).finalizeWithdraw(channel);
    await claim(world, [voucher]);
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT);
  });

  it('that releases a channel can’t claim what was signed before', async () => {
    const world = await loadFixture(opened);
    const { host, provider, channel, viewer } = world;
    const voucher = await sign(world);
    await host.connect(provider).release(channel);
    await host.connect(viewer).deposit(channel, DEPOSIT, { value: DEPOSIT });
    await claim(world, [voucher]);
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
  });

  it('can’t release the channel of another provider', async () => {
    const world = await loadFixture(opened);
    const { host, stranger, channel } = world;
    await expect(host.connect(stranger).release(channel)).to.be.revertedWithCustomError(host, 'NotClaimer');
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });

  it('that claims an older voucher loses the newer one, and takes no more than that', async () => {
    const world = await loadFixture(opened);
    const { host, provider, contentId } = world;
    const older = await sign(world);
    const newer = await sign(world, { items: [{ contentId, units: 2n, unitPrice: PRICE }] });
    await claim(world, [older, newer]);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });
});

describe('a creator with vouchers open', () => {
  it('that raises the price makes none of them void before notice and delay are over', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const voucher = await sign(world);
    const scheduledAtSec = await nextBlockAtSec();
    await host.connect(creator).scheduleTerms(contentId, 100n * PRICE, SHARE_BPS, 0);
    await at(scheduledAtSec + NOTICE_SEC + WITHDRAW_DELAY_SEC - 1n);
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherClaimed');
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT - PRICE);
  });

  it('can’t raise it twice, to void vouchers signed before the first time', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 2n * PRICE, SHARE_BPS, 0);
    await at(effectiveAtSec);
    await expect(host.connect(creator).scheduleTerms(contentId, 3n * PRICE, SHARE_BPS, 0))
      .to.be.revertedWithCustomError(host, 'ChangeInGrace')
      .withArgs(contentId, effectiveAtSec + WITHDRAW_DELAY_SEC);
    await expect(claim(world, [await sign(world)])).to.emit(host, 'VoucherClaimed');
  });

  it('that takes all the shares gets no more of what is claimed within the notice', async () => {
    const world = await loadFixture(opened);
    const { host, creator, provider, contentId } = world;
    await host.connect(creator).scheduleTerms(contentId, PRICE, 0, 0);
    await claim(world, [await sign(world)]);
    expect(await host.credits(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('that retires the content, and publishes it again dearer, lets them be claimed first', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const voucher = await sign(world);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    const dearer = publication({ pricePerUnit: 100n * PRICE });
    await host.connect(creator).retire(contentId);
    const publishableAtSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    await at(publishableAtSec - 2n);
    await expect(host.connect(creator).publish(dearer))
      .to.be.revertedWithCustomError(host, 'ChangeInGrace')
      .withArgs(contentId, publishableAtSec);
    await at(publishableAtSec);
    await host.connect(creator).publish(dearer);
    await at(publishableAtSec + NOTICE_SEC + WITHDRAW_DELAY_SEC - 1n);
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherClaimed');
  });

  it('that announces a cut, and cancels it, makes none void that was called good', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const cut = await sign(world, { items: [{ contentId, units: 1n, unitPrice: PRICE / 2n }] });
    await host.connect(creator).scheduleTerms(contentId, PRICE / 2n, SHARE_BPS, 0);
    expect(await verdictOf(world, cut)).to.equal(reason('PriceTooLow'));
    const voucher = await sign(world);
    expect(await verdictOf(world, voucher)).to.equal(reason('None'));
    await host.connect(creator).cancelTerms(contentId);
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherClaimed');
  });

  it('that makes it free pays them the old price until the grace is over', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const [voucher, late] = [await sign(world), await sign(world, { seq: 1n })];
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 0, SHARE_BPS, 0);
    await at(effectiveAtSec + WITHDRAW_DELAY_SEC - 1n);
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherClaimed');
    await at(effectiveAtSec + WITHDRAW_DELAY_SEC);
    await expect(claim(world, [late]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(world.channelId, 1, reason('ContentFree'));
  });
});
