import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { DEPOSIT, ofViewer, unopened } from './channels.ts';
import { group, LANE, view } from './sponsor.ts';
import {
  contentIdOf,
  ethers,
  networkHelpers,
  newHost,
  PRICE,
  publication,
  servedFor,
  split,
  URL,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);
const UNSIGNED = {
  validAfterSec: 0,
  validBeforeSec: 2n ** 40n,
  salt: ZeroHash,
  v: 27,
  r: ZeroHash,
  s: ZeroHash,
};
/** SHA-256 answers a question for a balance with a word, the identity with the question. */
const PRECOMPILES = [2, 4].map((number) => ethers.zeroPadValue(ethers.toBeHex(number), 20));

/** Fixture: the viewer has paid for one view in a token whose issuer may do anything. */
async function paidInFreezingToken() {
  const world = await servedFor('FreezingToken', await newHost());
  await world.host.connect(world.viewer).payView(world.contentId, world.provider, 1, PRICE);
  const issuer = await ethers.getContractAt('FreezingToken', world.tokenAddress);
  return { ...(await unopened(world, world.tokenAddress)), issuer };
}

/** Nobody can pay in it, by whichever way. */
async function expectRefused(token: string): Promise<void> {
  const world = await unopened(await loadFixture(newHost), token);
  const { host, creator, provider, viewer, channel } = world;
  const contentId = contentIdOf(creator.address, token);
  await host.connect(creator).publish(publication({ token }));
  await host.connect(provider).registerStream(contentId, URL);
  const as = host.connect(viewer);
  const attempts = [
    () => as.payView(contentId, provider, 1, PRICE),
    () => as.open(...ofViewer(channel), DEPOSIT),
    () => as.openWithAuthorization(channel, DEPOSIT, UNSIGNED),
    () => as.sponsorViews(token, PRICE, LANE, [group(contentId, [view(world, 0n)])]),
    () => as.sponsorViews(token, 0, LANE, []),
  ];
  for (const attempt of attempts) await expect(attempt()).to.be.revert(ethers);
  await as.withdraw(token);
}

describe('a token without code', () => {
  it('pays for nothing', async () => {
    await expectRefused(ethers.getAddress(`0x${'c0de'.repeat(10)}`));
  });

  it('pays for nothing where a precompile answers in its place', async () => {
    for (const precompile of PRECOMPILES) await expectRefused(precompile);
  });

  it('pays for nothing where it is this contract', async () => {
    const { hostAddress } = await loadFixture(newHost);
    await expectRefused(hostAddress);
  });

  it('opens no channel in the native coin by a signature', async () => {
    const { host, viewer, channel } = await unopened(await loadFixture(newHost));
    await expect(host.connect(viewer).openWithAuthorization(channel, DEPOSIT, UNSIGNED)).to.be.revert(ethers);
  });
});

describe('the issuer of a token', () => {
  it('that freezes a payee leaves it its credit, which it can send elsewhere', async () => {
    const { host, provider, stranger, issuer, token, tokenAddress } = await loadFixture(paidInFreezingToken);
    await issuer.freeze(provider, true);
    await expect(host.withdrawFor(provider, tokenAddress))
      .to.be.revertedWithCustomError(host, 'SafeERC20FailedOperation')
      .withArgs(tokenAddress);
    expect(await host.credits(provider, tokenAddress)).to.equal(PROVIDER_AMOUNT);
    await host.connect(provider).withdrawTo(tokenAddress, stranger);
    expect(await token.balanceOf(stranger)).to.equal(PROVIDER_AMOUNT);
  });

  it('that freezes a payee keeps nobody else from withdrawing', async () => {
    const { host, creator, provider, issuer, token, tokenAddress } = await loadFixture(paidInFreezingToken);
    await issuer.freeze(provider, true);
    await host.withdrawFor(creator, tokenAddress);
    expect(await token.balanceOf(creator)).to.equal(CREATOR_AMOUNT);
  });

  it('that freezes the contract lets viewers leave their channels all the same, and be paid later', async () => {
    const world = await loadFixture(paidInFreezingToken);
    const { host, hostAddress, provider, viewer, channel, issuer, token, tokenAddress } = world;
    await host.connect(viewer).open(...ofViewer(channel), DEPOSIT);
    await issuer.freeze(hostAddress, true);
    await host.connect(provider).release(channel);
    await expect(host.withdrawFor(viewer, tokenAddress)).to.be.revert(ethers);
    expect(await host.credits(viewer, tokenAddress)).to.equal(DEPOSIT);
    await issuer.freeze(hostAddress, false);
    await expect(host.withdrawFor(viewer, tokenAddress)).to.changeTokenBalances(
      ethers,
      token,
      [viewer, host],
      [DEPOSIT, -DEPOSIT],
    );
  });

  it('that takes money from the contract harms who withdraws last, in that token alone', async () => {
    const { host, hostAddress, creator, provider, issuer, tokenAddress } =
      await loadFixture(paidInFreezingToken);
    await issuer.seize(hostAddress, 1);
    await host.withdrawFor(creator, tokenAddress);
    await expect(host.withdrawFor(provider, tokenAddress))
      .to.be.revertedWithCustomError(issuer, 'ERC20InsufficientBalance')
      .withArgs(hostAddress, PROVIDER_AMOUNT - 1n, PROVIDER_AMOUNT);
    expect(await host.credits(provider, tokenAddress)).to.equal(PROVIDER_AMOUNT);
  });
});
