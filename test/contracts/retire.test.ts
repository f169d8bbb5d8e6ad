import { expect } from 'chai';
import {
  at,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  published,
  SHARE_BPS,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;

describe('retire()', () => {
  it('refuses a content that nobody published', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    await expect(host.connect(creator).retire(contentId))
      .to.be.revertedWithCustomError(host, 'ContentUnknown')
      .withArgs(contentId);
  });

  it('refuses anybody but the creator', async () => {
    const { host, stranger, contentId } = await loadFixture(published);
    await expect(host.connect(stranger).retire(contentId))
      .to.be.revertedWithCustomError(host, 'NotCreator')
      .withArgs(contentId, stranger.address);
  });

  it('refuses until the last change has been in force for the withdrawal delay', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await at(untilSec - 1n);
    await expect(host.connect(creator).retire(contentId))
      .to.be.revertedWithCustomError(host, 'ChangeInGrace')
      .withArgs(contentId, untilSec);
    await at(untilSec);
    await host.connect(creator).retire(contentId);
  });

  it('refuses a content whose retirement is in force', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).retire(contentId);
    await at(untilSec);
    await expect(host.connect(creator).retire(contentId))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  it('logs when it takes effect, and the terms that stay', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await expect(host.connect(creator).retire(contentId))
      .to.emit(host, 'ContentRetired')
      .withArgs(contentId, effectiveAtSec, PRICE, SHARE_BPS, 0);
  });

  it('takes effect when the notice is over, and the terms stay as they were', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).retire(contentId);
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n);
    const pending = await host.termsOf(contentId);
    expect(pending.retired).to.equal(false);
    expect(pending.scheduled).to.deep.equal([effectiveAtSec, true, PRICE, SHARE_BPS, 0n]);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    const retired = await host.termsOf(contentId);
    expect(retired.retired).to.equal(true);
    expect([retired.pricePerUnit, retired.providerShareBps, retired.unit]).to.deep.equal([
      PRICE,
      SHARE_BPS,
      0n,
    ]);
  });

  it('replaces pending terms, which then never take effect', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).retire(contentId);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    const terms = await host.termsOf(contentId);
    expect([terms.pricePerUnit, terms.unit, terms.retired]).to.deep.equal([PRICE, 0n, true]);
    expect(terms.scheduled.effectiveAtSec).to.equal(0n);
    await expect(host.connect(creator).cancelTerms(contentId))
      .to.be.revertedWithCustomError(host, 'NothingScheduled')
      .withArgs(contentId);
  });
});
