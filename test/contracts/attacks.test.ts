import { expect } from 'chai';
import type { Payee } from '../../types/ethers-contracts/index.ts';
import { group, LANE, VIEW_TIME_SEC } from './sponsor.ts';
import {
  contentIdOf,
  ethers,
  NATIVE,
  networkHelpers,
  newHost,
  PRICE,
  publication,
  published,
  served,
  servedFor,
  split,
  type TokenWorld,
  URL,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);
const REFUSE = 1;
const RETURN_MUCH = 3;
const NO_DATA = '0x';

interface PayeeWorld extends World {
  payee: Payee;
  payeeAddress: string;
}

async function withPayee<W extends World>(world: W): Promise<W & PayeeWorld> {
  const payee = await ethers.deployContract('Payee');
  return { ...world, payee, payeeAddress: await payee.getAddress() };
}

/** Fixture: a contract is the provider of one paid view in the native coin. */
async function paidContract(): Promise<PayeeWorld> {
  const world = await withPayee(await published());
  const { host, hostAddress, viewer, payee, payeeAddress, contentId } = world;
  const register = host.interface.encodeFunctionData('registerStream', [contentId, URL]);
  await payee.execute(hostAddress, 0, register);
  await host.connect(viewer).payView(contentId, payeeAddress, 1, PRICE, { value: PRICE });
  return world;
}

/** Fixture: a contract is about to pay in a token that calls it, and the host holds others' tokens. */
async function payingContract(): Promise<TokenWorld & PayeeWorld> {
  const world = await withPayee(await servedFor('HookToken', await newHost()));
  const { host, hostAddress, provider, viewer, contentId, token, payee, payeeAddress } = world;
  await host.connect(viewer).payView(contentId, provider, 100, 100n * PRICE);
  await token.mint(payeeAddress, 10n * PRICE);
  const approve = token.interface.encodeFunctionData('approve', [hostAddress, 10n * PRICE]);
  await payee.execute(await token.getAddress(), 0, approve);
  return world;
}

describe('a re-entering payee', () => {
  it('is refused a second withdrawal within the first', async () => {
    const { host, hostAddress, payee, payeeAddress } = await loadFixture(paidContract);
    const again = host.interface.encodeFunctionData('withdraw', [NATIVE]);
    await payee.reenter(hostAddress, 0, again);
    await expect(host.withdrawFor(payeeAddress, NATIVE))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
    expect(await ethers.provider.getBalance(hostAddress)).to.equal(CREATOR_AMOUNT);
  });

  it("is refused somebody else's withdrawal within its own", async () => {
    const { host, hostAddress, creator, payee, payeeAddress } = await loadFixture(paidContract);
    const others = host.interface.encodeFunctionData('withdrawFor', [creator.address, NATIVE]);
    await payee.reenter(hostAddress, 0, others);
    await expect(host.withdrawFor(payeeAddress, NATIVE))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
  });

  it('of a token is refused a withdrawal within its payment', async () => {
    const world = await loadFixture(payingContract);
    const { host, hostAddress, provider, contentId, tokenAddress, payee } = world;
    const withdrawFor = host.interface.encodeFunctionData('withdrawFor', [provider.address, tokenAddress]);
    await payee.reenter(hostAddress, 0, withdrawFor);
    const pay = host.interface.encodeFunctionData('payView', [contentId, provider.address, 1, PRICE]);
    await expect(payee.execute(hostAddress, 0, pay))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
    expect(await host.credits(provider, tokenAddress)).to.equal(split(100n * PRICE)[1] + PROVIDER_AMOUNT);
    expect(await world.token.balanceOf(hostAddress)).to.equal(101n * PRICE);
  });

  it('of a token is refused another payment in it within its payment, which would count twice', async () => {
    const { host, hostAddress, provider, contentId, payee } = await loadFixture(payingContract);
    const pay = host.interface.encodeFunctionData('payView', [contentId, provider.address, 1, PRICE]);
    await payee.reenter(hostAddress, 0, pay);
    await expect(payee.execute(hostAddress, 0, pay))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
  });

  it('of a token is refused a sponsorship in it within its sponsorship', async () => {
    const { host, hostAddress, provider, viewer, contentId, tokenAddress, payee } =
      await loadFixture(payingContract);
    const view = {
      viewer: viewer.address,
      provider: provider.address,
      units: 1n,
      viewTimeSec: VIEW_TIME_SEC,
    };
    const call = (counter: bigint) =>
      host.interface.encodeFunctionData('sponsorViews', [
        tokenAddress,
        PRICE,
        LANE,
        [group(contentId, [{ ...view, counter }])],
      ]);
    await payee.reenter(hostAddress, 0, call(1n));
    await expect(payee.execute(hostAddress, 0, call(0n)))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
  });

  it('of a token is refused a second withdrawal within the first', async () => {
    const { host, hostAddress, creator, viewer, payee, payeeAddress, tokenAddress, token } =
      await loadFixture(payingContract);
    const contentId = contentIdOf(creator.address, tokenAddress);
    const register = host.interface.encodeFunctionData('registerStream', [contentId, URL]);
    await payee.execute(hostAddress, 0, register);
    await host.connect(viewer).payView(contentId, payeeAddress, 1, PRICE);
    await payee.reenter(hostAddress, 0, host.interface.encodeFunctionData('withdraw', [tokenAddress]));
    await expect(host.withdrawFor(payeeAddress, tokenAddress))
      .to.emit(payee, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
    expect(await token.balanceOf(payeeAddress)).to.equal(10n * PRICE + PROVIDER_AMOUNT);
  });

  it('may pay in the native coin while it is paid, which is credited as ever', async () => {
    const { host, hostAddress, creator, contentId, payee, payeeAddress } = await loadFixture(paidContract);
    await networkHelpers.setBalance(payeeAddress, PRICE);
    const pay = host.interface.encodeFunctionData('payView', [contentId, payeeAddress, 1, PRICE]);
    await payee.reenter(hostAddress, PRICE, pay);
    await expect(host.withdrawFor(payeeAddress, NATIVE)).to.emit(payee, 'Reentered').withArgs(true, NO_DATA);
    expect(await host.credits(creator, NATIVE)).to.equal(2n * CREATOR_AMOUNT);
    expect(await host.credits(payeeAddress, NATIVE)).to.equal(PROVIDER_AMOUNT);
    expect(await ethers.provider.getBalance(hostAddress)).to.equal(2n * CREATOR_AMOUNT + PROVIDER_AMOUNT);
  });
});

describe('a payee that rejects money', () => {
  it('gets RecipientRejected and keeps its credit', async () => {
    const { host, payee, payeeAddress } = await loadFixture(paidContract);
    await payee.set(REFUSE);
    await expect(host.withdrawFor(payeeAddress, NATIVE))
      .to.be.revertedWithCustomError(host, 'RecipientRejected')
      .withArgs(payeeAddress);
    expect(await host.credits(payeeAddress, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('harms neither the creator nor further payments', async () => {
    const { host, creator, viewer, contentId, payee, payeeAddress } = await loadFixture(paidContract);
    await payee.set(REFUSE);
    await host.connect(viewer).payView(contentId, payeeAddress, 1, PRICE, { value: PRICE });
    await expect(host.connect(creator).withdraw(NATIVE)).to.changeEtherBalances(
      ethers,
      [creator],
      [2n * CREATOR_AMOUNT],
    );
  });

  it('can send its credit elsewhere', async () => {
    const { host, hostAddress, stranger, payee } = await loadFixture(paidContract);
    await payee.set(REFUSE);
    const withdrawTo = host.interface.encodeFunctionData('withdrawTo', [NATIVE, stranger.address]);
    await expect(payee.execute(hostAddress, 0, withdrawTo)).to.changeEtherBalances(
      ethers,
      [stranger],
      [PROVIDER_AMOUNT],
    );
  });
});

describe('a payee that returns much data', () => {
  it('makes nobody but itself pay for that', async () => {
    const { host, payee, payeeAddress } = await loadFixture(paidContract);
    const plain = await host.withdrawFor.estimateGas(payeeAddress, NATIVE);
    await payee.set(RETURN_MUCH);
    const withMuch = await host.withdrawFor.estimateGas(payeeAddress, NATIVE);
    const memoryOnce = 3n * 3_125n + 3_125n ** 2n / 512n;
    expect(withMuch - plain)
      .to.be.greaterThan(memoryOnce)
      .and.lessThan((3n * memoryOnce) / 2n);
  });
});

describe('money that is forced in', () => {
  it('is nobody’s credit and disturbs no payment or withdrawal', async () => {
    const { host, hostAddress, creator, provider, viewer, contentId } = await loadFixture(served);
    await networkHelpers.setBalance(hostAddress, 12_345n);
    await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
    await host.connect(creator).withdraw(NATIVE);
    await host.connect(provider).withdraw(NATIVE);
    expect(await ethers.provider.getBalance(hostAddress)).to.equal(12_345n);
  });

  it('in a token does not pay for a view', async () => {
    const { host, hostAddress, provider, viewer, contentId, token } = await loadFixture(payingContract);
    await token.mint(hostAddress, PRICE);
    await token.connect(viewer).approve(hostAddress, 0);
    await expect(host.connect(viewer).payView(contentId, provider, 1, PRICE)).to.be.revertedWithCustomError(
      token,
      'ERC20InsufficientAllowance',
    );
  });
});

describe('a copycat', () => {
  it('that publishes the same CID takes nothing from the first creator', async () => {
    const { host, creator, provider, viewer, stranger, contentId } = await loadFixture(served);
    await host.connect(stranger).publish(publication({ providerShareBps: 0n }));
    await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
    expect(await host.credits(creator, NATIVE)).to.equal(CREATOR_AMOUNT);
    expect(await host.credits(stranger, NATIVE)).to.equal(0n);
    expect(contentIdOf(stranger.address)).not.to.equal(contentId);
  });
});
