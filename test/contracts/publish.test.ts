import { expect } from 'chai';
import { encodeBytes32String } from 'ethers';
import {
  at,
  CID,
  contentIdOf,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  publication,
  published,
  SHARE_BPS,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const SOME_TOKEN = '0x00000000000000000000000000000000000000AA';
const NOTHING_SCHEDULED = [0n, false, 0n, 0n, 0n];

/** A text of this many bytes. */
const text = (bytes: number) => 'x'.repeat(bytes);

describe('publish()', () => {
  for (const [field, length, max] of [
    ['cid', 0, 128],
    ['cid', 129, 128],
    ['name', 257, 256],
    ['metadata', 4_097, 4_096],
  ] as const) {
    it(`refuses a ${field} of ${length} bytes`, async () => {
      const { host, creator } = await loadFixture(newHost);
      await expect(host.connect(creator).publish(publication({ [field]: text(length) })))
        .to.be.revertedWithCustomError(host, 'LengthInvalid')
        .withArgs(encodeBytes32String(field), length, max);
    });
  }

  it('refuses a price of 2^72', async () => {
    const { host, creator } = await loadFixture(newHost);
    await expect(host.connect(creator).publish(publication({ pricePerUnit: 2n ** 72n })))
      .to.be.revertedWithCustomError(host, 'PriceTooLarge')
      .withArgs(2n ** 72n);
  });

  it('refuses a share above 100 %', async () => {
    const { host, creator } = await loadFixture(newHost);
    await expect(host.connect(creator).publish(publication({ providerShareBps: 10_001n })))
      .to.be.revertedWithCustomError(host, 'ShareTooLarge')
      .withArgs(10_001);
  });

  it('refuses a unit that there is not', async () => {
    const { host, creator } = await loadFixture(newHost);
    for (const unit of [3n, 255n]) {
      await expect(host.connect(creator).publish(publication({ unit })))
        .to.be.revertedWithCustomError(host, 'UnitUnknown')
        .withArgs(unit);
    }
  });

  it('refuses what the creator published before', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    await expect(host.connect(creator).publish(publication({ pricePerUnit: 5n })))
      .to.be.revertedWithCustomError(host, 'ContentExists')
      .withArgs(contentId);
  });

  it('refuses it also while its retirement is still to come', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const scheduledAt = await nextBlockAtSec();
    await host.connect(creator).retire(contentId);
    await at(scheduledAt + NOTICE_SEC - 1n);
    await expect(host.connect(creator).publish(publication()))
      .to.be.revertedWithCustomError(host, 'ContentExists')
      .withArgs(contentId);
  });

  it('refuses a retired content until the withdrawal delay after its retirement is over', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).retire(contentId);
    await at(untilSec - 1n);
    await expect(host.connect(creator).publish(publication()))
      .to.be.revertedWithCustomError(host, 'ChangeInGrace')
      .withArgs(contentId, untilSec);
  });

  it('logs the content with all its terms and texts, in force in this block', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    const { cid, name, metadata } = publication();
    const nowSec = await nextBlockAtSec();
    await expect(host.connect(creator).publish(publication({ unit: 1n })))
      .to.emit(host, 'ContentPublished')
      .withArgs(contentId, creator.address, NATIVE, PRICE, SHARE_BPS, 1, nowSec, cid, name, metadata);
  });

  it('takes a price of zero, and every unit', async () => {
    const { host, creator } = await loadFixture(newHost);
    for (const unit of [0n, 1n, 2n]) {
      const cid = `${CID}${unit}`;
      await host.connect(creator).publish(publication({ cid, unit, pricePerUnit: 0n }));
      const terms = await host.termsOf(contentIdOf(creator.address, NATIVE, cid));
      expect([terms.pricePerUnit, terms.unit]).to.deep.equal([0n, unit]);
    }
  });

  it('answers the id of the content', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    expect(await host.connect(creator).publish.staticCall(publication())).to.equal(contentId);
  });

  it('puts the terms in force, in the native coin or a token', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    await host.connect(creator).publish(publication());
    await host.connect(creator).publish(publication({ token: SOME_TOKEN, unit: 2n }));
    const inToken = contentIdOf(creator.address, SOME_TOKEN);
    const shared = [PRICE, SHARE_BPS] as const;
    expect(await host.termsOf(contentId)).to.deep.equal([
      creator.address,
      NATIVE,
      ...shared,
      0n,
      false,
      NOTHING_SCHEDULED,
    ]);
    expect(await host.termsOf(inToken)).to.deep.equal([
      creator.address,
      SOME_TOKEN,
      ...shared,
      2n,
      false,
      NOTHING_SCHEDULED,
    ]);
  });

  it('accepts the largest texts, price and share there may be', async () => {
    const { host, creator } = await loadFixture(newHost);
    const largest = {
      cid: text(128),
      name: text(256),
      metadata: text(4_096),
      pricePerUnit: 2n ** 72n - 1n,
      providerShareBps: 10_000n,
    };
    await host.connect(creator).publish(publication(largest));
    const terms = await host.termsOf(contentIdOf(creator.address, NATIVE, largest.cid));
    expect([terms.pricePerUnit, terms.providerShareBps]).to.deep.equal([2n ** 72n - 1n, 10_000n]);
  });

  it('refuses a content whose last change of terms is fresh as one that exists', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 5, 6, 0);
    await at(effectiveAtSec);
    await expect(host.connect(creator).publish(publication()))
      .to.be.revertedWithCustomError(host, 'ContentExists')
      .withArgs(contentId);
  });

  it('lets another creator publish the same CID under another id', async () => {
    const { host, stranger, contentId } = await loadFixture(published);
    await host.connect(stranger).publish(publication({ pricePerUnit: 1n }));
    expect((await host.termsOf(contentId)).pricePerUnit).to.equal(PRICE);
    expect((await host.termsOf(contentIdOf(stranger.address))).creator).to.equal(stranger.address);
  });
});

describe('contentIdOf()', () => {
  it('is the hash of creator, coin and CID, known before anything is published', async () => {
    const { host, creator } = await loadFixture(newHost);
    expect(await host.contentIdOf(creator, SOME_TOKEN, CID)).to.equal(
      contentIdOf(creator.address, SOME_TOKEN),
    );
  });
});

describe('termsOf()', () => {
  it('refuses an id that nobody published', async () => {
    const { host, contentId } = await loadFixture(newHost);
    await expect(host.termsOf(contentId))
      .to.be.revertedWithCustomError(host, 'ContentUnknown')
      .withArgs(contentId);
  });
});
