import { expect } from 'chai';
import { id, TypedDataEncoder, Wallet } from 'ethers';
import {
  type ChannelWorld,
  claim,
  DEPOSIT,
  leaving,
  opened,
  openedForTwo,
  reason,
  sign,
  stateOf,
} from './channels.ts';
import { packBatch, type SignedVoucher, VOUCHER_TYPES } from './vouchers.ts';
import { NATIVE, NOTICE_SEC, networkHelpers, nextBlockAtSec, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;

async function claimable({ host, provider }: ChannelWorld, signed: SignedVoucher[]) {
  const { contents, vouchers } = packBatch(signed);
  const verdicts = await host.claimable(provider, NATIVE, contents, vouchers);
  return verdicts.map((verdict) => [verdict.channelId, verdict.amount, verdict.reason]);
}

describe('claimable()', () => {
  it('refuses vouchers that end too early', async () => {
    const { host, provider } = await loadFixture(opened);
    await expect(host.claimable(provider, NATIVE, [], '0x1234'))
      .to.be.revertedWithCustomError(host, 'VouchersMalformed')
      .withArgs(2);
  });

  it('tells for each voucher by itself what it costs and whether it would be paid', async () => {
    const world = await loadFixture(openedForTwo);
    const { channelId, contentId, otherId } = world;
    const stranger = { ...world, authorizer: new Wallet(id('another key')) };
    const both = [
      { contentId, units: 2n, unitPrice: PRICE },
      { contentId: otherId, units: 9n, unitPrice: 7n * PRICE },
    ];
    const tooMuch = [{ contentId, units: 101n, unitPrice: PRICE }];
    const vouchers = [
      await sign(world, { items: both }),
      await sign(stranger),
      await sign(world, { items: both }),
      await sign(world, { items: tooMuch }),
      await sign(world, { items: [] }),
    ];
    expect(await claimable(world, vouchers)).to.deep.equal([
      [channelId, 65n * PRICE, reason('None')],
      [channelId, PRICE, reason('SignerUnknown')],
      [channelId, 65n * PRICE, reason('None')],
      [channelId, 101n * PRICE, reason('DepositTooLow')],
      [channelId, 0n, reason('None')],
    ]);
    expect((await stateOf(world)).deposit).to.equal(DEPOSIT);
  });

  it('tells what was claimed meanwhile', async () => {
    const world = await loadFixture(opened);
    const voucher = await sign(world);
    await claim(world, [voucher]);
    expect(await claimable(world, [voucher])).to.deep.equal([[world.channelId, PRICE, reason('SeqUsed')]]);
  });

  it('tells from when the deposit can go back', async () => {
    const world = await loadFixture(leaving);
    const nobodys = { ...world, authorizer: new Wallet(id('another key')) };
    const { contents, vouchers } = packBatch([await sign(world), await sign(nobodys)]);
    const verdicts = await world.host.claimable(world.provider, NATIVE, contents, vouchers);
    expect(verdicts.map((verdict) => [verdict.reason, verdict.withdrawableAtSec])).to.deep.equal([
      [reason('None'), world.withdrawableAtSec],
      [reason('SignerUnknown'), 0n],
    ]);
  });

  it('tells of each voucher whether one of its contents is retired, which it pays all the same', async () => {
    const world = await loadFixture(openedForTwo);
    const { host, stranger, provider, contentId, otherId } = world;
    const [mine, theirs] = [
      { contentId, units: 1n, unitPrice: PRICE },
      { contentId: otherId, units: 1n, unitPrice: 7n * PRICE },
    ];
    const signed = [[mine], [theirs], [mine, theirs, mine], []].map((items) => sign(world, { items }));
    const { contents, vouchers } = packBatch(await Promise.all(signed));
    const seen = async () => {
      const verdicts = await host.claimable(provider, NATIVE, contents, vouchers);
      expect(verdicts.map((verdict) => verdict.reason)).to.deep.equal([0n, 0n, 0n, 0n]);
      return verdicts.map(({ retired }) => retired);
    };
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(stranger).retire(otherId);
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n);
    expect(await seen()).to.deep.equal([false, false, false, false]);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    expect(await seen()).to.deep.equal([false, true, true, false]);
  });
});

describe('voucherDigest()', () => {
  it('is what a wallet signs', async () => {
    const { host, channelId, contentId, domain } = await loadFixture(opened);
    const items = [
      { contentId, units: 2n, unitPrice: PRICE },
      { contentId: id('another'), units: 2n ** 32n - 1n, unitPrice: 2n ** 72n - 1n },
    ];
    for (const voucher of [
      { channelId, epoch: 1n, seq: 0n, items },
      { channelId, epoch: 2n ** 32n - 1n, seq: 2n ** 32n - 1n, items: [] },
    ]) {
      expect(await host.voucherDigest(voucher)).to.equal(
        TypedDataEncoder.hash(domain, VOUCHER_TYPES, voucher),
      );
    }
  });
});
