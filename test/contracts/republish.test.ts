import { expect } from 'chai';
import { claim, opened, sign } from './channels.ts';
import {
  at,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  nextBlockAtSec,
  PRICE,
  publication,
  SHARE_BPS,
  served,
  URL,
  WITHDRAW_DELAY_SEC,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;
const AGAIN = publication({ pricePerUnit: 7n, providerShareBps: 1n, unit: 2n, name: 'A film, restored' });

/** The creator retires its content; the next block comes when it may be published again. */
async function retireAndSettle<W extends World>(world: W): Promise<W> {
  const { host, creator, contentId } = world;
  const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
  await host.connect(creator).retire(contentId);
  await networkHelpers.time.increaseTo(untilSec);
  return world;
}

/** Fixture: served, with one payment possible; retired for long enough. */
async function retired(): Promise<World> {
  return await retireAndSettle(await served());
}

/** Fixture: published again, and the notice is running. */
async function republished(): Promise<World & { effectiveAtSec: bigint }> {
  const world = await retired();
  const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
  await world.host.connect(world.creator).publish(AGAIN);
  return { ...world, effectiveAtSec };
}

describe('publish() of a retired content', () => {
  it('leaves it retired, at its terms, until the notice is over, then puts the new ones in force', async () => {
    const { host, creator, contentId, effectiveAtSec } = await loadFixture(republished);
    const before = [creator.address, NATIVE, PRICE, SHARE_BPS, 0n, true];
    const after = [creator.address, NATIVE, 7n, 1n, 2n, false];
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n);
    expect(await host.termsOf(contentId)).to.deep.equal([...before, [effectiveAtSec, false, 7n, 1n, 2n]]);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    expect(await host.termsOf(contentId)).to.deep.equal([...after, [0n, false, 0n, 0n, 0n]]);
  });

  it('logs the new terms, when they take effect, and the texts', async () => {
    const { host, creator, contentId } = await loadFixture(retired);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    const { cid, name, metadata } = AGAIN;
    await expect(host.connect(creator).publish(AGAIN))
      .to.emit(host, 'ContentPublished')
      .withArgs(contentId, creator.address, NATIVE, 7, 1, 2, effectiveAtSec, cid, name, metadata);
  });

  it('refuses payments until the notice is over, and takes them at the new price then', async () => {
    const { host, viewer, provider, contentId, effectiveAtSec } = await loadFixture(republished);
    for (const amount of [PRICE, 7n]) {
      await expect(host.connect(viewer).payView(contentId, provider, 1, amount, { value: amount }))
        .to.be.revertedWithCustomError(host, 'RetirementInForce')
        .withArgs(contentId);
    }
    await at(effectiveAtSec);
    await expect(host.connect(viewer).payView(contentId, provider, 1, 7, { value: 7 }))
      .to.emit(host, 'ViewPaid')
      .withArgs(contentId, viewer.address, provider.address, 1, 7, 0);
  });

  it('refuses another stream until then', async () => {
    const { host, stranger, contentId, effectiveAtSec } = await loadFixture(republished);
    await expect(host.connect(stranger).registerStream(contentId, URL))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
    await at(effectiveAtSec);
    await host.connect(stranger).registerStream(contentId, URL);
  });

  it('can be repeated, and the notice starts again', async () => {
    const { host, creator, contentId, effectiveAtSec } = await loadFixture(republished);
    await at(effectiveAtSec - 1n);
    await host.connect(creator).publish(publication({ pricePerUnit: 9n }));
    await networkHelpers.time.increaseTo(effectiveAtSec - 2n + NOTICE_SEC);
    expect((await host.termsOf(contentId)).retired).to.equal(true);
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n + NOTICE_SEC);
    const { pricePerUnit, retired } = await host.termsOf(contentId);
    expect([pricePerUnit, retired]).to.deep.equal([9n, false]);
  });

  it('can be cancelled, and the content stays retired', async () => {
    const { host, creator, contentId, effectiveAtSec } = await loadFixture(republished);
    await at(effectiveAtSec - 1n);
    await expect(host.connect(creator).cancelTerms(contentId))
      .to.emit(host, 'TermsCancelled')
      .withArgs(contentId);
    await networkHelpers.time.increaseTo(effectiveAtSec + NOTICE_SEC);
    const { pricePerUnit, retired, scheduled } = await host.termsOf(contentId);
    expect([pricePerUnit, retired, scheduled.effectiveAtSec]).to.deep.equal([PRICE, true, 0n]);
  });

  it('that was cancelled leaves payments refused: it is retired', async () => {
    const { host, creator, viewer, provider, contentId } = await loadFixture(republished);
    await host.connect(creator).cancelTerms(contentId);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  it('is not changed or retired meanwhile: it is retired', async () => {
    const { host, creator, contentId } = await loadFixture(republished);
    const as = host.connect(creator);
    for (const attempt of [as.scheduleTerms(contentId, 1, 2, 0), as.retire(contentId)]) {
      await expect(attempt).to.be.revertedWithCustomError(host, 'RetirementInForce').withArgs(contentId);
    }
  });

  it('keeps vouchers at the price before good until its grace is over', async () => {
    const world = await retireAndSettle(await loadFixture(opened));
    const { host, creator, contentId, channelId } = world;
    const [voucher, late] = [await sign(world), await sign(world, { seq: 1n })];
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).publish(publication({ pricePerUnit: 2n * PRICE }));
    const overAtSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    await at(overAtSec - 1n);
    await expect(claim(world, [voucher])).to.emit(host, 'VoucherClaimed');
    await at(overAtSec);
    await expect(claim(world, [late]))
      .to.emit(host, 'VoucherRejected')
      .withArgs(channelId, 1, 6);
    expect((await host.termsOf(contentId)).pricePerUnit).to.equal(2n * PRICE);
  });

  it('can be changed again once its grace is over', async () => {
    const { host, creator, contentId, effectiveAtSec } = await loadFixture(republished);
    const untilSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    await at(untilSec - 1n);
    await expect(host.connect(creator).retire(contentId))
      .to.be.revertedWithCustomError(host, 'ChangeInGrace')
      .withArgs(contentId, untilSec);
    await at(untilSec);
    await expect(host.connect(creator).retire(contentId))
      .to.emit(host, 'ContentRetired')
      .withArgs(contentId, untilSec + NOTICE_SEC, 7, 1, 2);
  });
});
