import { expect } from 'chai';
import { type ChannelWorld, claim, opened, type Reason, reason, sign } from './channels.ts';
import {
  at,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  nextBlockAtSec,
  PRICE,
  split,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [LOWER, HIGHER] = [PRICE / 2n, 2n * PRICE];
const OTHER_SHARE_BPS = 9_000n;

/** The creator changes price and share; returns when that takes effect. */
async function change({ host, creator, contentId }: ChannelWorld, price: bigint): Promise<bigint> {
  const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
  await host.connect(creator).scheduleTerms(contentId, price, OTHER_SHARE_BPS, 0);
  return effectiveAtSec;
}

/** Whether a voucher at this price is paid in a block of this time; if not, why is checked. */
async function isPaid(
  world: ChannelWorld,
  seq: bigint,
  unitPrice: bigint,
  sec: bigint,
  otherwise: Reason = 'PriceTooLow',
): Promise<boolean> {
  const { host, channelId, contentId } = world;
  const voucher = await sign(world, { seq, items: [{ contentId, units: 1n, unitPrice }] });
  await at(sec);
  const sent = await claim(world, [voucher]);
  const receipt = await sent.wait();
  const names = receipt?.logs.map((log) => host.interface.parseLog(log)?.name);
  if (names?.includes('VoucherClaimed')) return true;
  await expect(sent).to.emit(host, 'VoucherRejected').withArgs(channelId, seq, reason(otherwise));
  return false;
}

describe('claim() with a change of terms', () => {
  it('accepts the old price of a raise until it has been in force for one withdrawal delay', async () => {
    const world = await loadFixture(opened);
    const effectiveAtSec = await change(world, HIGHER);
    const overAtSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    expect(await isPaid(world, 0n, PRICE, effectiveAtSec - 1n)).to.equal(true);
    expect(await isPaid(world, 1n, PRICE, effectiveAtSec)).to.equal(true);
    expect(await isPaid(world, 2n, PRICE - 1n, effectiveAtSec + 1n)).to.equal(false);
    expect(await isPaid(world, 3n, PRICE, overAtSec - 1n)).to.equal(true);
    expect(await isPaid(world, 4n, PRICE, overAtSec)).to.equal(false);
    expect(await isPaid(world, 5n, HIGHER - 1n, overAtSec + 1n)).to.equal(false);
    expect(await isPaid(world, 6n, HIGHER, overAtSec + 2n)).to.equal(true);
  });

  it('accepts the new price of a cut from the second on that it is in force', async () => {
    const world = await loadFixture(opened);
    const effectiveAtSec = await change(world, LOWER);
    expect(await isPaid(world, 0n, LOWER, effectiveAtSec - 1n)).to.equal(false);
    expect(await isPaid(world, 1n, LOWER, effectiveAtSec)).to.equal(true);
    expect(await isPaid(world, 2n, LOWER - 1n, effectiveAtSec + 1n)).to.equal(false);
    expect(await isPaid(world, 3n, LOWER, effectiveAtSec + WITHDRAW_DELAY_SEC)).to.equal(true);
    expect(await isPaid(world, 4n, PRICE, effectiveAtSec + WITHDRAW_DELAY_SEC + 1n)).to.equal(true);
  });

  it('counts no price of a change that was cancelled', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const effectiveAtSec = await change(world, LOWER);
    await host.connect(creator).cancelTerms(contentId);
    expect(await isPaid(world, 0n, LOWER, effectiveAtSec)).to.equal(false);
    expect(await isPaid(world, 1n, PRICE, effectiveAtSec + 1n)).to.equal(true);
  });

  it('refuses a content that becomes free once that has been in force for one withdrawal delay', async () => {
    const world = await loadFixture(opened);
    const effectiveAtSec = await change(world, 0n);
    const overAtSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    expect(await isPaid(world, 0n, PRICE, effectiveAtSec - 1n)).to.equal(true);
    expect(await isPaid(world, 1n, PRICE - 1n, effectiveAtSec)).to.equal(false);
    expect(await isPaid(world, 2n, PRICE, overAtSec - 1n)).to.equal(true);
    expect(await isPaid(world, 3n, PRICE, overAtSec, 'ContentFree')).to.equal(false);
  });

  it('refuses a free content until it has a price, and then takes that price alone', async () => {
    const world = await loadFixture(opened);
    const freeAtSec = await change(world, 0n);
    await at(freeAtSec + WITHDRAW_DELAY_SEC);
    await networkHelpers.mine();
    const pricedAtSec = await change(world, PRICE);
    expect(await isPaid(world, 0n, PRICE, pricedAtSec - 1n, 'ContentFree')).to.equal(false);
    expect(await isPaid(world, 1n, PRICE - 1n, pricedAtSec)).to.equal(false);
    expect(await isPaid(world, 2n, PRICE, pricedAtSec + 1n)).to.equal(true);
  });

  it('refuses what costs nothing of a content that has a price', async () => {
    const world = await loadFixture(opened);
    expect(await isPaid(world, 0n, 0n, await nextBlockAtSec())).to.equal(false);
  });

  it('asks for the price in force once a retirement is', async () => {
    const world = await loadFixture(opened);
    const { host, creator, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).retire(contentId);
    expect(await isPaid(world, 0n, PRICE - 1n, effectiveAtSec)).to.equal(false);
    expect(await isPaid(world, 1n, PRICE, effectiveAtSec + WITHDRAW_DELAY_SEC)).to.equal(true);
  });

  for (const [when, earlierSec, shareBps] of [
    ['before the change is in force', 1n, undefined],
    ['from then on', 0n, OTHER_SHARE_BPS],
  ] as const) {
    it(`splits by the share in force when claimed: ${when}`, async () => {
      const world = await loadFixture(opened);
      const { host, creator, provider } = world;
      const effectiveAtSec = await change(world, HIGHER);
      const voucher = await sign(world);
      await at(effectiveAtSec - earlierSec);
      await claim(world, [voucher]);
      const [creatorAmount, providerAmount] = split(PRICE, shareBps);
      expect(await host.credits(creator, NATIVE)).to.equal(creatorAmount);
      expect(await host.credits(provider, NATIVE)).to.equal(providerAmount);
    });
  }
});
