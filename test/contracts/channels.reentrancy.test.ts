import { expect } from 'chai';
import type { Payee } from '../../types/ethers-contracts/index.ts';
import {
  type Channel,
  channelIdOf,
  claim,
  DEPOSIT,
  notOpenedIn,
  ofViewer,
  sign,
  type TokenChannelWorld,
} from './channels.ts';
import { authorization, FAR_SEC, openedInSignedToken } from './token-signing.ts';
import { ethers, networkHelpers, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;
const NO_PERMIT = [FAR_SEC, 27, ethers.ZeroHash, ethers.ZeroHash] as const;

interface ReenteringWorld extends TokenChannelWorld {
  payee: Payee;
  /** The contract is the viewer and the provider of this one. */
  own: Channel;
}

/** Fixture: a contract that is called by its token whenever it pays is about to; the host holds others' tokens. */
async function payingContract(): Promise<ReenteringWorld> {
  const world = await notOpenedIn('HookToken');
  const { host, hostAddress, viewer, channel, token, tokenAddress } = world;
  await host.connect(viewer).open(...ofViewer(channel), DEPOSIT);
  const payee = await ethers.deployContract('Payee');
  const payeeAddress = await payee.getAddress();
  await token.mint(payee, 10n * PRICE);
  const approve = token.interface.encodeFunctionData('approve', [hostAddress, 10n * PRICE]);
  await payee.execute(tokenAddress, 0, approve);
  return { ...world, payee, own: { ...channel, viewer: payeeAddress, provider: payeeAddress } };
}

describe('a viewer that re-enters while its deposit is taken', () => {
  for (const [what, inner] of [
    ['a deposit', ({ host, channel }) => host.interface.encodeFunctionData('deposit', [channel, PRICE])],
    [
      'a permit',
      ({ host, tokenAddress }) =>
        host.interface.encodeFunctionData('permit', [tokenAddress, PRICE, ...NO_PERMIT]),
    ],
    [
      'a withdrawal',
      ({ host, provider, tokenAddress }) =>
        host.interface.encodeFunctionData('withdrawFor', [provider.address, tokenAddress]),
    ],
  ] as [string, (world: ReenteringWorld) => string][]) {
    it(`is refused ${what} within open()`, async () => {
      const world = await loadFixture(payingContract);
      const { host, hostAddress, payee, own, token } = world;
      await claim(world, [await sign(world)]);
      await payee.reenter(hostAddress, 0, inner(world));
      const open = host.interface.encodeFunctionData('open', [...ofViewer(own), PRICE]);
      await expect(payee.execute(hostAddress, 0, open))
        .to.emit(payee, 'Reentered')
        .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
      expect((await host.channelOf(own)).deposit).to.equal(PRICE);
      expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT + PRICE);
    });
  }

  it('is refused a deposit within depositWithAuthorization(), as an EIP-7702 account', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, hostAddress, viewer, channel, token } = world;
    const payee = await ethers.deployContract('Payee');
    await token.connect(viewer).approve(hostAddress, PRICE);
    const signed = await authorization(world);
    await networkHelpers.setCode(viewer.address, await ethers.provider.getCode(payee));
    const account = payee.attach(viewer.address) as Payee;
    const deposit = host.interface.encodeFunctionData('deposit', [channel, PRICE]);
    await account.reenter(hostAddress, 0, deposit);
    await expect(host.depositWithAuthorization(channel, viewer, DEPOSIT, signed))
      .to.emit(account, 'Reentered')
      .withArgs(false, host.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []));
    expect((await host.channelOf(channel)).deposit).to.equal(2n * DEPOSIT);
  });

  it('may give the deposit back within, and is owed no more than it pays', async () => {
    const world = await loadFixture(payingContract);
    const { host, hostAddress, payee, own, token, tokenAddress } = world;
    const release = host.interface.encodeFunctionData('release', [own]);
    await payee.reenter(hostAddress, 0, release);
    const open = host.interface.encodeFunctionData('open', [...ofViewer(own), PRICE]);
    await expect(payee.execute(hostAddress, 0, open))
      .to.emit(host, 'ChannelReleased')
      .withArgs(channelIdOf(own), PRICE, 2);
    expect(await host.credits(payee, tokenAddress)).to.equal(PRICE);
    expect(await token.balanceOf(hostAddress)).to.equal(DEPOSIT + PRICE);
  });
});
