import { expect } from 'chai';
import { type Channel, DEPOSIT, notOpened, ofViewer } from './channels.ts';
import { group, LANE, view } from './sponsor.ts';
import {
  asArguments,
  notOpenedInSignedToken,
  openedInSignedToken,
  permit,
  type SignedTokenWorld,
} from './token-signing.ts';
import { ethers, networkHelpers, PRICE } from './world.ts';

const { loadFixture } = networkHelpers;
/** Deadline and signature of nobody. */
const BROKEN = [2n ** 40n, 27, ethers.ZeroHash, ethers.ZeroHash] as const;

type Encode = (world: SignedTokenWorld, channel: Channel) => string;

/** Every call that takes a token from its caller, each for DEPOSIT. */
const CALLS: [name: string, encode: Encode][] = [
  [
    'payView',
    ({ host, contentId, provider }) =>
      host.interface.encodeFunctionData('payView', [contentId, provider.address, DEPOSIT / PRICE, DEPOSIT]),
  ],
  ['open', ({ host }, channel) => host.interface.encodeFunctionData('open', [...ofViewer(channel), DEPOSIT])],
  ['deposit', ({ host, channel }) => host.interface.encodeFunctionData('deposit', [channel, DEPOSIT])],
  [
    'sponsorViews',
    (world) => {
      const contents = [group(world.contentId, [view(world, 0n, { units: DEPOSIT / PRICE })])];
      return world.host.interface.encodeFunctionData('sponsorViews', [
        world.tokenAddress,
        DEPOSIT,
        LANE,
        contents,
      ]);
    },
  ],
];

/** The viewer's permit, and the call after it. */
async function permitted(world: SignedTokenWorld, encode: Encode, amount = DEPOSIT): Promise<string[]> {
  const signed = await permit(world, world.viewer, amount);
  const args = [world.tokenAddress, amount, ...asArguments(signed)] as const;
  const other = { ...world.channel, salt: ethers.ZeroHash };
  return [world.host.interface.encodeFunctionData('permit', [...args]), encode(world, other)];
}

describe('permit()', () => {
  for (const [name, encode] of CALLS) {
    it(`pays ${name}() in one transaction, and leaves no allowance`, async () => {
      const world = await loadFixture(openedInSignedToken);
      const { host, hostAddress, viewer, token } = world;
      const held = await token.balanceOf(hostAddress);
      await host.connect(viewer).multicall(await permitted(world, encode));
      expect((await token.balanceOf(hostAddress)) - held).to.equal(DEPOSIT);
      expect(await token.allowance(viewer, hostAddress)).to.equal(0n);
    });

    it(`pays ${name}() also when somebody submitted the permit to the token before`, async () => {
      const world = await loadFixture(openedInSignedToken);
      const { host, hostAddress, viewer, stranger, token, signedToken } = world;
      const calls = await permitted(world, encode);
      const args = asArguments(await permit(world, viewer, DEPOSIT));
      await signedToken.connect(stranger).permit(viewer, hostAddress, DEPOSIT, ...args);
      const held = await token.balanceOf(hostAddress);
      await host.connect(viewer).multicall(calls);
      expect((await token.balanceOf(hostAddress)) - held).to.equal(DEPOSIT);
    });

    it(`that does not suffice fails ${name}(), with the token’s own error`, async () => {
      const world = await loadFixture(openedInSignedToken);
      const { host, hostAddress, viewer, token } = world;
      const calls = await permitted(world, encode, DEPOSIT - 1n);
      await expect(host.connect(viewer).multicall(calls))
        .to.be.revertedWithCustomError(token, 'ERC20InsufficientAllowance')
        .withArgs(hostAddress, DEPOSIT - 1n, DEPOSIT);
    });
  }

  it('is ignored when it is broken, or of a coin without permits', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, tokenAddress, token } = world;
    for (const coin of [tokenAddress, ethers.ZeroAddress, viewer.address, hostAddress]) {
      await host.connect(viewer).permit(coin, DEPOSIT, ...BROKEN);
    }
    expect(await token.allowance(viewer, hostAddress)).to.equal(0n);
  });

  it('of somebody else gives the caller nothing: it is asked for the caller’s', async () => {
    const world = await loadFixture(notOpenedInSignedToken);
    const { host, hostAddress, viewer, stranger, tokenAddress, token } = world;
    const signed = await permit(world, viewer, DEPOSIT);
    await host.connect(stranger).permit(tokenAddress, DEPOSIT, ...asArguments(signed));
    expect(await token.allowance(viewer, hostAddress)).to.equal(0n);
    expect(await token.allowance(stranger, hostAddress)).to.equal(0n);
  });

  it('takes no value', async () => {
    const { host, hostAddress, viewer } = await loadFixture(notOpened);
    const data = host.interface.encodeFunctionData('permit', [hostAddress, 1n, ...BROKEN]);
    await expect(viewer.sendTransaction({ to: hostAddress, data, value: 1 })).to.be.revertedWithoutReason(
      ethers,
    );
  });
});
