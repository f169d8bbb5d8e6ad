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
const NOTHING_SCHEDULED = [0n, false, 0n, 0n, false];

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

  it('refuses a price of zero', async () => {
    const { host, creator } = await loadFixture(newHost);
    await expect(
      host.connect(creator).publish(publication({ pricePerUnit: 0n })),
    ).to.be.revertedWithCustomError(host, 'PriceZero');
  });

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

  it('publishes a retired content again after that, with new terms in force at once', async () => {
    const { host, creator, contentId } = await loadFixture(published);
    const untilSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).retire(contentId);
    await at(untilSec);
    await host
      .connect(creator)
      .publish(publication({ pricePerUnit: 7n, providerShareBps: 1n, metered: true }));
    const terms = await host.termsOf(contentId);
    expect(terms).to.deep.equal([creator.address, NATIVE, 7n, 1n, true, false, NOTHING_SCHEDULED]);
  });

  it('logs the content with all its terms and texts', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    const { cid, name, metadata } = publication();
    await expect(host.connect(creator).publish(publication({ metered: true })))
      .to.emit(host, 'ContentPublished')
      .withArgs(contentId, creator.address, NATIVE, PRICE, SHARE_BPS, true, cid, name, metadata);
  });

  it('answers the id of the content', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    expect(await host.connect(creator).publish.staticCall(publication())).to.equal(contentId);
  });

  it('puts the terms in force, in the native coin or a token', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    await host.connect(creator).publish(publication());
    await host.connect(creator).publish(publication({ token: SOME_TOKEN, metered: true }));
    const inToken = contentIdOf(creator.address, SOME_TOKEN);
    const shared = [PRICE, SHARE_BPS] as const;
    expect(await host.termsOf(contentId)).to.deep.equal([
      creator.address,
      NATIVE,
      ...shared,
      false,
      false,
      NOTHING_SCHEDULED,
    ]);
    expect(await host.termsOf(inToken)).to.deep.equal([
      creator.address,
      SOME_TOKEN,
      ...shared,
      true,
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
