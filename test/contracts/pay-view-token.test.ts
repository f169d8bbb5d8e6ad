import { expect } from 'chai';
import {
  at,
  ethers,
  NATIVE,
  NOTICE_SEC,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  servedFor,
  servedForToken,
  split,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const silent = async () => await servedFor('SilentToken', await newHost());
const feeTaking = async () => await servedFor('FeeToken', await newHost());
const refusing = async () => await servedFor('RefusingToken', await newHost());

describe('payView() in a token', () => {
  it('refuses native coin sent along', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(servedForToken);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE }))
      .to.be.revertedWithCustomError(host, 'ValueNotAccepted')
      .withArgs(PRICE);
  });

  it('refuses an amount that is not units × price', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(servedForToken);
    await expect(host.connect(viewer).payView(contentId, provider, 2, PRICE))
      .to.be.revertedWithCustomError(host, 'WrongAmount')
      .withArgs(2n * PRICE);
  });

  it('refuses a content whose retirement is in force', async () => {
    const { host, creator, provider, viewer, contentId } = await loadFixture(servedForToken);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).retire(contentId);
    await at(effectiveAtSec);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  it('reverts as the token does when the viewer approved too little', async () => {
    const { host, hostAddress, provider, viewer, contentId, token } = await loadFixture(servedForToken);
    await token.connect(viewer).approve(hostAddress, PRICE - 1n);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE))
      .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
      .withArgs(hostAddress, PRICE - 1n, PRICE);
  });

  it('refuses a token that answers false', async () => {
    const { host, provider, viewer, contentId, tokenAddress } = await loadFixture(refusing);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE))
      .to.be.revertedWithCustomError(host, 'SafeERC20FailedOperation')
      .withArgs(tokenAddress);
  });

  it('refuses a token that takes a fee on transfer', async () => {
    const { host, provider, viewer, contentId, tokenAddress } = await loadFixture(feeTaking);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE))
      .to.be.revertedWithCustomError(host, 'TransferMismatch')
      .withArgs(tokenAddress, PRICE, PRICE - PRICE / 100n);
  });

  for (const [kind, fixture] of [
    ['an honest token', servedForToken],
    ['a token that returns nothing', silent],
  ] as const) {
    it(`pulls exactly the amount of ${kind} and credits it in that token only`, async () => {
      const world = await loadFixture(fixture);
      const { host, hostAddress, creator, provider, viewer, contentId, token, tokenAddress } = world;
      const heldBefore = await token.balanceOf(viewer);
      await host.connect(viewer).payView(contentId, provider, 3, 3n * PRICE);
      const [creatorAmount, providerAmount] = split(3n * PRICE);
      expect(await token.balanceOf(viewer)).to.equal(heldBefore - 3n * PRICE);
      expect(await token.balanceOf(hostAddress)).to.equal(3n * PRICE);
      expect(await host.credits(creator, tokenAddress)).to.equal(creatorAmount);
      expect(await host.credits(provider, tokenAddress)).to.equal(providerAmount);
      expect(await host.credits(creator, NATIVE)).to.equal(0n);
      expect(await host.credits(provider, NATIVE)).to.equal(0n);
    });
  }

  it('logs the payment as in the native coin', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(servedForToken);
    const [creatorAmount, providerAmount] = split(PRICE);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE))
      .to.emit(host, 'ViewPaid')
      .withArgs(contentId, viewer.address, provider.address, 1, creatorAmount, providerAmount);
  });

  it('takes the new price, in the same token, after a change of terms', async () => {
    const { host, creator, provider, viewer, contentId, tokenAddress } = await loadFixture(servedForToken);
    const effectiveAtSec = (await nextBlockAtSec()) + NOTICE_SEC;
    await host.connect(creator).scheduleTerms(contentId, 1_000, 2_500, 0);
    await at(effectiveAtSec);
    await host.connect(viewer).payView(contentId, provider, 1, 1_000);
    expect(await host.credits(creator, tokenAddress)).to.equal(750n);
    expect(await host.credits(provider, tokenAddress)).to.equal(250n);
  });

  it('stays in that token after a change in force was folded in by another', async () => {
    const { host, creator, provider, viewer, contentId, tokenAddress } = await loadFixture(servedForToken);
    const settledAtSec = (await nextBlockAtSec()) + NOTICE_SEC + WITHDRAW_DELAY_SEC;
    await host.connect(creator).scheduleTerms(contentId, 1_000, 2_500, 0);
    await at(settledAtSec);
    await host.connect(creator).scheduleTerms(contentId, 1, 1, 0);
    await host.connect(creator).cancelTerms(contentId);
    await host.connect(viewer).payView(contentId, provider, 1, 1_000);
    expect(await host.credits(provider, tokenAddress)).to.equal(250n);
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
  });

  it('moves no native coin', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(servedForToken);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE)).to.changeEtherBalances(
      ethers,
      [viewer, host],
      [0n, 0n],
    );
  });
});
