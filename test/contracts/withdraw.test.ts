import { expect } from 'chai';
import type { BaseContractMethod } from 'ethers';
import type { StreamHost } from '../../types/ethers-contracts/index.ts';
import {
  ethers,
  NATIVE,
  networkHelpers,
  newHost,
  PRICE,
  served,
  servedFor,
  servedForToken,
  split,
  type TokenWorld,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;
const [CREATOR_AMOUNT, PROVIDER_AMOUNT] = split(PRICE);

/** Fixture: one view paid in the native coin. */
async function paid(): Promise<World> {
  const world = await served();
  await world.host.connect(world.viewer).payView(world.contentId, world.provider, 1, PRICE, { value: PRICE });
  return world;
}

/** Fixture: one view paid in a token. */
async function paidInToken(): Promise<TokenWorld> {
  const world = await servedForToken();
  await world.host.connect(world.viewer).payView(world.contentId, world.provider, 1, PRICE);
  return world;
}

async function paidInSilentToken(): Promise<TokenWorld> {
  const world = await servedFor('SilentToken', await newHost());
  await world.host.connect(world.viewer).payView(world.contentId, world.provider, 1, PRICE);
  return world;
}

/** The call succeeds, answers zero, and neither pays nor logs anything. */
async function expectNothing(
  host: StreamHost,
  name: 'withdraw' | 'withdrawTo' | 'withdrawFor',
  args: string[],
): Promise<void> {
  const call: BaseContractMethod<string[], bigint> = host.getFunction<BaseContractMethod>(name);
  expect(await call.staticCall(...args)).to.equal(0n);
  const before = await ethers.provider.getBalance(host);
  const sent = await call.send(...args);
  expect((await sent.wait())?.logs).to.deep.equal([]);
  expect(await ethers.provider.getBalance(host)).to.equal(before);
}

describe('withdraw()', () => {
  it('does nothing for an account without credit', async () => {
    const { host, stranger } = await loadFixture(paid);
    await expectNothing(host.connect(stranger), 'withdraw', [NATIVE]);
  });

  it('does nothing in a coin in which the account has no credit, even where the token would fail', async () => {
    const { host, provider, stranger } = await loadFixture(paidInToken);
    await expectNothing(host.connect(provider), 'withdraw', [NATIVE]);
    await expectNothing(host.connect(provider), 'withdraw', [stranger.address]);
  });

  it('does nothing a second time, so that a batch goes on when somebody was faster', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    await host.connect(stranger).withdrawFor(provider, NATIVE);
    await expectNothing(host.connect(provider), 'withdraw', [NATIVE]);
    const encode = host.interface.encodeFunctionData.bind(host.interface);
    const batch = [encode('withdraw', [NATIVE]), encode('invalidateNonces', [0, 1])];
    await host.connect(provider).multicall(batch);
    expect(await host.isNonceUsed(provider, 0)).to.equal(true);
  });

  it('tells what it pays', async () => {
    const { host, provider } = await loadFixture(paid);
    expect(await host.connect(provider).withdraw.staticCall(NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('pays the whole credit to the caller and nothing to others', async () => {
    const { host, creator, provider } = await loadFixture(paid);
    await expect(host.connect(provider).withdraw(NATIVE)).to.changeEtherBalances(
      ethers,
      [provider, host, creator],
      [PROVIDER_AMOUNT, -PROVIDER_AMOUNT, 0n],
    );
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
    expect(await host.credits(creator, NATIVE)).to.equal(CREATOR_AMOUNT);
  });

  it('logs who withdrew what to whom', async () => {
    const { host, provider } = await loadFixture(paid);
    await expect(host.connect(provider).withdraw(NATIVE))
      .to.emit(host, 'Withdrawn')
      .withArgs(provider.address, NATIVE, provider.address, PROVIDER_AMOUNT);
  });

  for (const [kind, fixture] of [
    ['an honest token', paidInToken],
    ['a token that returns nothing', paidInSilentToken],
  ] as const) {
    it(`pays ${kind}`, async () => {
      const { host, hostAddress, creator, provider, token, tokenAddress } = await loadFixture(fixture);
      await expect(host.connect(provider).withdraw(tokenAddress))
        .to.emit(host, 'Withdrawn')
        .withArgs(provider.address, tokenAddress, provider.address, PROVIDER_AMOUNT);
      expect(await token.balanceOf(provider)).to.equal(PROVIDER_AMOUNT);
      expect(await token.balanceOf(hostAddress)).to.equal(CREATOR_AMOUNT);
      expect(await host.credits(provider, tokenAddress)).to.equal(0n);
      expect(await host.credits(creator, tokenAddress)).to.equal(CREATOR_AMOUNT);
    });
  }
});

describe('withdrawTo()', () => {
  it('refuses the zero address and the contract itself', async () => {
    const { host, hostAddress, provider, tokenAddress } = await loadFixture(paidInToken);
    for (const to of [ethers.ZeroAddress, hostAddress]) {
      await expect(host.connect(provider).withdrawTo(tokenAddress, to))
        .to.be.revertedWithCustomError(host, 'RecipientInvalid')
        .withArgs(to);
    }
  });

  it('does nothing for an account without credit', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    await expectNothing(host.connect(stranger), 'withdrawTo', [NATIVE, provider.address]);
  });

  it('tells what it pays', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    expect(await host.connect(provider).withdrawTo.staticCall(NATIVE, stranger)).to.equal(PROVIDER_AMOUNT);
  });

  it("pays the caller's credit to the recipient and logs it", async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    const sent = host.connect(provider).withdrawTo(NATIVE, stranger);
    await expect(sent).to.changeEtherBalances(ethers, [provider, stranger], [0n, PROVIDER_AMOUNT]);
    await expect(sent)
      .to.emit(host, 'Withdrawn')
      .withArgs(provider.address, NATIVE, stranger.address, PROVIDER_AMOUNT);
  });
});

describe('withdrawFor()', () => {
  it('does nothing for an account without credit', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    await expectNothing(host.connect(provider), 'withdrawFor', [stranger.address, NATIVE]);
  });

  it('tells what it pays', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    expect(await host.connect(stranger).withdrawFor.staticCall(provider, NATIVE)).to.equal(PROVIDER_AMOUNT);
  });

  it('pays the account, whoever calls', async () => {
    const { host, provider, stranger } = await loadFixture(paid);
    const sent = host.connect(stranger).withdrawFor(provider, NATIVE);
    await expect(sent).to.changeEtherBalances(ethers, [provider, stranger], [PROVIDER_AMOUNT, 0n]);
    await expect(sent)
      .to.emit(host, 'Withdrawn')
      .withArgs(provider.address, NATIVE, provider.address, PROVIDER_AMOUNT);
  });
});
