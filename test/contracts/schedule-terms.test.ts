import { expect } from 'chai';
import {
  at,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  published,
  SHARE_BPS,
  servedForToken,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const NOTHING_SCHEDULED = [0n, false, 0n, 0n, 0n];

describe('scheduleTerms()', () => {
  it('refuses a content that nobody published', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    await expect(host.connect(creator).scheduleTerms(contentId, 5, 6, 0))
      .to.be.revertedWithCustomError(host, 'ContentUnknown')
      .withArgs(contentId);
  });

  it('refuses anybody but the creator', async () => {
    const { host, provider, contentId } = await loadFixture(published);
    await expect(host.connect(provider).scheduleTerms(contentId, 5, 6, 0))
      .to.be.revertedWithCustomError(host, 'NotCreator')
      .withArgs(contentId, provider.address);
  });

  it('refuses a price of 2^72, a share above 100 % and a unit that there is not', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const as = host.connect(creator);
    await expect(as.scheduleTerms(contentId, 2n ** 72n, 6, 0))
      .to.be.revertedWithCustomError(host, 'PriceTooLarge')
      .withArgs(2n ** 72n);
    await expect(as.scheduleTerms(contentId, 5, 10_001, 0))
      .to.be.revertedWithCustomError(host, 'ShareTooLarge')
      .withArgs(10_001);
    await expect(as.scheduleTerms(contentId, 5, 6, 3))
      .to.be.revertedWithCustomError(host, 'UnitUnknown')
      .withArgs(3);
  });

  it('makes a content free, and a free one priced', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const freeAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 0, 6, 2);
    await at(freeAtSec + WITHDRAW_DELAY_SEC);
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    const free = await host.termsOf(contentId);
    expect([free.pricePerUnit, free.unit]).to.deep.equal([0n, 2n]);
    await networkHelpers.time.increase(NOTICE_SEC);
    const priced = await host.termsOf(contentId);
    expect([priced.pricePerUnit, priced.unit]).to.deep.equal([5n, 1n]);
  });

  it('refuses another change until the last one has been in force for the withdrawal delay', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    const untilSec = effectiveAtSec + WITHDRAW_DELAY_SEC;
    for (const sec of [effectiveAtSec, untilSec - 1n]) {
      await at(sec);
      await expect(host.connect(creator).scheduleTerms(contentId, 7, 8, 0))
        .to.be.revertedWithCustomError(host, 'ChangeInGrace')
        .withArgs(contentId, untilSec);
    }
  });

  it('refuses a content whose retirement is in force', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).retire(contentId);
    await at(untilSec);
    await expect(host.connect(creator).scheduleTerms(contentId, 7, 8, 0))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  it('logs the new terms, when they take effect, and the terms until then', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await expect(host.connect(creator).scheduleTerms(contentId, 5, 6, 1))
      .to.emit(host, 'TermsScheduled')
      .withArgs(contentId, 5, 6, 1, effectiveAtSec, PRICE, SHARE_BPS, 0);
  });

  it('leaves the old terms in force until the notice is over, then the new ones', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    const before = [creator.address, NATIVE, PRICE, SHARE_BPS, 0n, false];
    const after = [creator.address, NATIVE, 5n, 6n, 1n, false];
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n);
    expect(await host.termsOf(contentId)).to.deep.equal([...before, [effectiveAtSec, false, 5n, 6n, 1n]]);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    expect(await host.termsOf(contentId)).to.deep.equal([...after, NOTHING_SCHEDULED]);
  });

  it('replaces a pending change, and the notice starts again', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const firstAtSec = await nextBlockAtSec();
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await at(firstAtSec + NOTICE_SEC - 1n);
    const effectiveAtSec = firstAtSec + NOTICE_SEC - 1n + NOTICE_SEC;
    await expect(host.connect(creator).scheduleTerms(contentId, 7, 8, 0))
      .to.emit(host, 'TermsScheduled')
      .withArgs(contentId, 7, 8, 0, effectiveAtSec, PRICE, SHARE_BPS, 0);
    await networkHelpers.time.increaseTo(effectiveAtSec - 1n);
    expect((await host.termsOf(contentId)).pricePerUnit).to.equal(PRICE);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    expect((await host.termsOf(contentId)).pricePerUnit).to.equal(7n);
  });

  it('replaces a pending retirement', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    await host.connect(creator).retire(contentId);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    const terms = await host.termsOf(contentId);
    expect([terms.pricePerUnit, terms.retired]).to.deep.equal([5n, false]);
  });

  it('builds on the terms of the last change, once its grace is over', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await at(untilSec);
    await expect(host.connect(creator).scheduleTerms(contentId, 7, 8, 0))
      .to.emit(host, 'TermsScheduled')
      .withArgs(contentId, 7, 8, 0, untilSec + NOTICE_SEC, 5, 6, 1);
    expect((await host.termsOf(contentId)).pricePerUnit).to.equal(5n);
  });

  it('keeps the coin', async () => {
    const { host, creator, contentId, tokenAddress } = await loadFixture(servedForToken);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 0);
    await networkHelpers.time.increaseTo(effectiveAtSec);
    expect((await host.termsOf(contentId)).token).to.equal(tokenAddress);
  });
});
