import { expect } from 'chai';
import type { BaseContract, TransactionResponse } from 'ethers';
import {
  at,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  nextBlockAtSec,
  PRICE,
  publication,
  published,
  SHARE_BPS,
  served,
  split,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;

/** Logs of one contract in a transaction, by name. */
async function eventNames(contract: BaseContract, sent: TransactionResponse): Promise<string[]> {
  const receipt = await sent.wait();
  const logs = receipt?.logs ?? [];
  return logs.map((log) => contract.interface.parseLog(log)?.name ?? 'unknown');
}

async function creditsOf({ host, creator, provider }: World): Promise<[creator: bigint, provider: bigint]> {
  return [await host.credits(creator, NATIVE), await host.credits(provider, NATIVE)];
}

describe('payView() in the native coin', () => {
  it('refuses a content that nobody published', async () => {
    const { host, provider, viewer } = await loadFixture(published);
    const unknown = `0x${'12'.repeat(32)}`;
    await expect(host.connect(viewer).payView(unknown, provider, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'StreamUnknown')
      .withArgs(unknown, provider.address);
  });

  it('refuses a provider without a stream of the content', async () => {
    const { host, viewer, stranger, contentId } = await loadFixture(served);
    await expect(host.connect(viewer).payView(contentId, stranger, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'StreamUnknown')
      .withArgs(contentId, stranger.address);
  });

  it('refuses a provider whose stream has ended', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(served);
    await host.connect(provider).deregisterStream(contentId);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'StreamUnknown')
      .withArgs(contentId, provider.address);
  });

  it('refuses a free content, whatever is sent', async () => {
    const { host, provider, viewer, creator, contentId } = await loadFixture(served);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 0, 2_500, 0);
    await at(effectiveAtSec);
    for (const amount of [0n, PRICE]) {
      await expect(host.connect(viewer).payView(contentId, provider, 1, amount, { value: amount }))
        .to.be.revertedWithCustomError(host, 'ContentFree')
        .withArgs(contentId);
    }
  });

  it('refuses a content from the second its retirement is in force', async () => {
    const { host, creator, provider, viewer, contentId } = await loadFixture(served);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).retire(contentId);
    await at(effectiveAtSec - 1n);
    await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
    await at(effectiveAtSec);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  for (const units of [0n, 2n ** 32n]) {
    it(`refuses ${units} units`, async () => {
      const { host, provider, viewer, contentId } = await loadFixture(served);
      const amount = units * PRICE;
      const value = units === 0n ? 0n : amount;
      await networkHelpers.setBalance(viewer.address, 2n * amount + 10n ** 18n);
      await expect(host.connect(viewer).payView(contentId, provider, units, amount, { value }))
        .to.be.revertedWithCustomError(host, 'UnitsInvalid')
        .withArgs(units);
    });
  }

  for (const [what, amount, value] of [
    ['an amount below units × price', 3n * PRICE - 1n, 3n * PRICE - 1n],
    ['an amount above units × price', 3n * PRICE + 1n, 3n * PRICE + 1n],
    ['less value than the amount', 3n * PRICE, 3n * PRICE - 1n],
    ['more value than the amount', 3n * PRICE, 3n * PRICE + 1n],
    ['no value', 3n * PRICE, 0n],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { host, provider, viewer, contentId } = await loadFixture(served);
      await expect(host.connect(viewer).payView(contentId, provider, 3, amount, { value }))
        .to.be.revertedWithCustomError(host, 'WrongAmount')
        .withArgs(3n * PRICE);
    });
  }

  it('credits the provider its share rounded down and the creator the rest', async () => {
    const world = await loadFixture(served);
    const { host, provider, viewer, contentId } = world;
    await host.connect(viewer).payView(contentId, provider, 3, 3n * PRICE, { value: 3n * PRICE });
    const [creatorAmount, providerAmount] = split(3n * PRICE);
    expect(creatorAmount + providerAmount).to.equal(3n * PRICE);
    expect((3n * PRICE * SHARE_BPS) % 10_000n).to.be.greaterThan(0n);
    expect(await creditsOf(world)).to.deep.equal([creatorAmount, providerAmount]);
  });

  it('adds to the credits of earlier payments, rounding each by itself', async () => {
    const world = await loadFixture(served);
    const { host, provider, viewer, contentId } = world;
    for (let i = 0; i < 3; i++)
      await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
    const [creatorAmount, providerAmount] = split(PRICE);
    expect(await creditsOf(world)).to.deep.equal([3n * creatorAmount, 3n * providerAmount]);
  });

  it('moves exactly the amount from the viewer to the contract', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(served);
    await expect(
      host.connect(viewer).payView(contentId, provider, 3, 3n * PRICE, { value: 3n * PRICE }),
    ).to.changeEtherBalances(ethers, [viewer, host], [-3n * PRICE, 3n * PRICE]);
  });

  it('logs who watched what from whom, and both amounts, and nothing else', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(served);
    const [creatorAmount, providerAmount] = split(3n * PRICE);
    const sent = await host
      .connect(viewer)
      .payView(contentId, provider, 3, 3n * PRICE, { value: 3n * PRICE });
    await expect(sent)
      .to.emit(host, 'ViewPaid')
      .withArgs(contentId, viewer.address, provider.address, 3, creatorAmount, providerAmount);
    expect(await eventNames(host, sent)).to.deep.equal(['ViewPaid']);
  });

  it('accepts the most units there may be', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(served);
    const units = 2n ** 32n - 1n;
    await networkHelpers.setBalance(viewer.address, 2n * units * PRICE);
    await host.connect(viewer).payView(contentId, provider, units, units * PRICE, { value: units * PRICE });
    expect(await host.credits(provider, NATIVE)).to.equal(split(units * PRICE)[1]);
  });

  it('takes the price and the share in force, before and after a change', async () => {
    const world = await loadFixture(served);
    const { host, creator, provider, viewer, contentId } = world;
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 1_000, 2_500, 1);
    await at(effectiveAtSec - 1n);
    await expect(host.connect(viewer).payView(contentId, provider, 1, 1_000, { value: 1_000 }))
      .to.be.revertedWithCustomError(host, 'WrongAmount')
      .withArgs(PRICE);
    await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
    const [creatorBefore, providerBefore] = split(PRICE);
    expect(await creditsOf(world)).to.deep.equal([creatorBefore, providerBefore]);
    await at(effectiveAtSec);
    await host.connect(viewer).payView(contentId, provider, 1, 1_000, { value: 1_000 });
    expect(await creditsOf(world)).to.deep.equal([creatorBefore + 750n, providerBefore + 250n]);
  });

  for (const [shareBps, creatorAmount, providerAmount] of [
    [0n, PRICE, 0n],
    [10_000n, 0n, PRICE],
  ] as const) {
    it(`gives one side everything at a share of ${shareBps}`, async () => {
      const world = await loadFixture(published);
      const { host, creator, provider, viewer } = world;
      await host.connect(creator).publish(publication({ cid: 'another', providerShareBps: shareBps }));
      const contentId = await host.contentIdOf(creator, NATIVE, 'another');
      await host.connect(provider).registerStream(contentId, 'u');
      await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
      expect(await creditsOf(world)).to.deep.equal([creatorAmount, providerAmount]);
    });
  }

  it('credits a creator that is also the provider both parts', async () => {
    const { host, creator, viewer, contentId } = await loadFixture(published);
    await host.connect(creator).registerStream(contentId, 'u');
    await host.connect(viewer).payView(contentId, creator, 1, PRICE, { value: PRICE });
    expect(await host.credits(creator, NATIVE)).to.equal(PRICE);
  });
});
