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
} from './world.ts';

const { loadFixture } = networkHelpers;

describe('cancelTerms()', () => {
  it('refuses a content that nobody published', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    await expect(host.connect(creator).cancelTerms(contentId))
      .to.be.revertedWithCustomError(host, 'ContentUnknown')
      .withArgs(contentId);
  });

  it('refuses anybody but the creator', async () => {
    const { host, stranger, contentId } = await loadFixture(published);
    await expect(host.connect(stranger).cancelTerms(contentId))
      .to.be.revertedWithCustomError(host, 'NotCreator')
      .withArgs(contentId, stranger.address);
  });

  it('refuses when nothing is scheduled', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    await expect(host.connect(creator).cancelTerms(contentId))
      .to.be.revertedWithCustomError(host, 'NothingScheduled')
      .withArgs(contentId);
  });

  it('refuses when the change has taken effect', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await at(effectiveAtSec);
    await expect(host.connect(creator).cancelTerms(contentId))
      .to.be.revertedWithCustomError(host, 'NothingScheduled')
      .withArgs(contentId);
  });

  for (const change of ['terms', 'retirement'] as const) {
    it(`keeps the terms in force instead of scheduled ${change}, up to the last second`, async () => {
      const { host, creator, contentId } = await loadFixture(published);
      const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
      if (change === 'terms') await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
      else await host.connect(creator).retire(contentId);
      await at(effectiveAtSec - 1n);
      await expect(host.connect(creator).cancelTerms(contentId))
        .to.emit(host, 'TermsCancelled')
        .withArgs(contentId);
      await networkHelpers.time.increaseTo(effectiveAtSec + NOTICE_SEC);
      const unchanged = [creator.address, NATIVE, PRICE, SHARE_BPS, 0n, false];
      expect(await host.termsOf(contentId)).to.deep.equal([...unchanged, [0n, false, 0n, 0n, 0n]]);
    });
  }

  it('makes room for another change at once', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 1);
    await host.connect(creator).cancelTerms(contentId);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await expect(host.connect(creator).retire(contentId))
      .to.emit(host, 'ContentRetired')
      .withArgs(contentId, effectiveAtSec, PRICE, SHARE_BPS, 0);
  });
});
