import { expect } from 'chai';
import { type ChannelWorld, claim, DEPOSIT, leaving, notOpened, ofViewer, opened, sign } from './channels.ts';
import { EXIT_FIELDS, type SignedOtherwise, signExit } from './exits.ts';
import { openedInSignedToken } from './token-signing.ts';
import {
  at,
  ethers,
  NATIVE,
  networkHelpers,
  newHost,
  nextBlockAtSec,
  PRICE,
  WITHDRAW_DELAY_SEC,
} from './world.ts';

const { loadFixture } = networkHelpers;
const NONCE = 0xe817n;
const FAR_SEC = 2n ** 64n;
/** A value of each type that no signature here has otherwise. */
const OTHERS: Record<string, unknown> = {
  address: '0x00000000000000000000000000000000000000AA',
  bytes32: `0x${'77'.repeat(32)}`,
  uint256: 77n,
};

const TWINS = [
  {
    name: 'initiateWithdrawBySig',
    primaryType: 'InitiateWithdraw',
    fixture: opened,
    event: 'WithdrawInitiated',
  },
  {
    name: 'cancelWithdrawBySig',
    primaryType: 'CancelWithdraw',
    fixture: leaving,
    event: 'WithdrawCancelled',
  },
] as const;
type Twin = (typeof TWINS)[number];

/** The twin's arguments, signed by the viewer unless told otherwise. */
async function signedArgs(
  { primaryType }: Twin,
  world: ChannelWorld,
  { deadline = FAR_SEC, ...otherwise }: SignedOtherwise & { deadline?: bigint } = {},
) {
  const { channel } = world;
  return [channel, ...(await signExit(world, primaryType, NONCE, deadline, otherwise))] as const;
}

/** The stranger submits it. */
async function submit(
  { name }: Twin,
  { host, stranger }: ChannelWorld,
  args: Awaited<ReturnType<typeof signedArgs>>,
) {
  return await host.connect(stranger)[name](...args);
}

for (const twin of TWINS) {
  describe(`${twin.name}()`, () => {
    it('refuses after the deadline, not at it', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const deadline = (await nextBlockAtSec()) + 5n;
      const args = await signedArgs(twin, world, { deadline });
      await at(deadline + 1n);
      await expect(submit(twin, world, args))
        .to.be.revertedWithCustomError(world.host, 'SignatureExpired')
        .withArgs(deadline);
    });

    it('accepts at the deadline', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const deadline = (await nextBlockAtSec()) + 5n;
      const args = await signedArgs(twin, world, { deadline });
      await at(deadline);
      await expect(submit(twin, world, args)).to.emit(world.host, twin.event);
    });

    it('refuses a signature of the provider, its delegate or the channel’s authorizer', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const { host, provider, stranger, viewer, authorizer } = world;
      await host.connect(provider).setClaimDelegate(stranger);
      await host.connect(viewer).setClaimDelegate(stranger);
      for (const signer of [provider, stranger, authorizer]) {
        await expect(submit(twin, world, await signedArgs(twin, world, { signer })))
          .to.be.revertedWithCustomError(host, 'SignatureInvalid')
          .withArgs(viewer.address);
      }
    });

    it('refuses a signature for another chain or contract', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const { hostAddress: another } = await newHost();
      for (const other of [{ chainId: 1n }, { verifyingContract: another }]) {
        const args = await signedArgs(twin, world, { in: { ...world.domain, ...other } });
        await expect(submit(twin, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
      }
    });

    it('refuses a signature for the other twin', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const other = TWINS[twin === TWINS[0] ? 1 : 0];
      const args = await signedArgs(other, world);
      await expect(submit(twin, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
    });

    for (const { name, type } of EXIT_FIELDS) {
      it(`refuses another ${name} than was signed`, async () => {
        const world = await loadFixture<ChannelWorld>(twin.fixture);
        const args = await signedArgs(twin, world, { signed: { [name]: OTHERS[type] } });
        await expect(submit(twin, world, args)).to.be.revertedWithCustomError(world.host, 'SignatureInvalid');
      });
    }

    it('refuses the same signature again, and a nonce that the viewer invalidated', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const { host, viewer } = world;
      const args = await signedArgs(twin, world);
      const used = [viewer.address, NONCE];
      const snapshot = await networkHelpers.takeSnapshot();
      await submit(twin, world, args);
      await expect(submit(twin, world, args))
        .to.be.revertedWithCustomError(host, 'NonceUsed')
        .withArgs(...used);
      await snapshot.restore();
      await host.connect(viewer).invalidateNonces(NONCE >> 8n, 1n << (NONCE & 255n));
      await expect(submit(twin, world, args))
        .to.be.revertedWithCustomError(host, 'NonceUsed')
        .withArgs(...used);
    });

    it('acts for the viewer, whoever submits, and logs nothing else', async () => {
      const world = await loadFixture<ChannelWorld>(twin.fixture);
      const receipt = await (await submit(twin, world, await signedArgs(twin, world))).wait();
      const logged = receipt?.logs.map((log) => world.host.interface.parseLog(log));
      expect(logged?.map((event) => [event?.name, event?.args.channelId])).to.deep.equal([
        [twin.event, world.channelId],
      ]);
      expect(await world.host.isNonceUsed(world.viewer, NONCE)).to.equal(true);
    });
  });
}

describe('initiateWithdrawBySig()', () => {
  it('refuses what initiateWithdraw() refuses', async () => {
    const unopened = await loadFixture(notOpened);
    await expect(submit(TWINS[0], unopened, await signedArgs(TWINS[0], unopened)))
      .to.be.revertedWithCustomError(unopened.host, 'ChannelUnknown')
      .withArgs(unopened.channelId);
    const world = await loadFixture(leaving);
    await expect(submit(TWINS[0], world, await signedArgs(TWINS[0], world)))
      .to.be.revertedWithCustomError(world.host, 'WithdrawInProgress')
      .withArgs(world.channelId);
  });

  it('waits for the whole delay from its block on, and leaves the provider its claims', async () => {
    const world = await loadFixture(opened);
    const { host, viewer, channel, channelId } = world;
    const args = await signedArgs(TWINS[0], world);
    const withdrawableAtSec = (await nextBlockAtSec()) + WITHDRAW_DELAY_SEC;
    await expect(submit(TWINS[0], world, args))
      .to.emit(host, 'WithdrawInitiated')
      .withArgs(channelId, withdrawableAtSec);
    await at(withdrawableAtSec - 1n);
    await claim(world, [await sign(world)]);
    await host.finalizeWithdraw(channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT - PRICE);
  });

  it('counts for a smart wallet if its code accepts the signature (ERC-1271)', async () => {
    const world = await loadFixture(opened);
    const { host, provider, creator, channel } = world;
    const wallet = await ethers.deployContract('ContractWallet', [creator]);
    const viewer = await wallet.getAddress();
    await networkHelpers.setBalance(viewer, 10n ** 18n);
    await networkHelpers.impersonateAccount(viewer);
    await host
      .connect(await ethers.getSigner(viewer))
      .open(...ofViewer(channel), DEPOSIT / 2n, { value: DEPOSIT / 2n });
    const theirs = { ...world, channel: { ...channel, viewer } };
    await submit(TWINS[0], theirs, await signedArgs(TWINS[0], theirs, { signer: creator }));
    await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
    await host.connect(provider).finalizeWithdraw(theirs.channel);
    expect(await host.credits(viewer, NATIVE)).to.equal(DEPOSIT / 2n);
  });

  it('brings a viewer without native coin, whose provider is silent, its token back', async () => {
    const world = await loadFixture(openedInSignedToken);
    const { host, viewer, stranger, channel, token, tokenAddress } = world;
    const { restore } = await networkHelpers.takeSnapshot();
    await networkHelpers.setBalance(viewer.address, 0n);
    const before = await token.balanceOf(viewer);
    await submit(TWINS[0], world, await signedArgs(TWINS[0], world));
    await networkHelpers.time.increase(WITHDRAW_DELAY_SEC);
    await host.connect(stranger).finalizeWithdraw(channel);
    await host.connect(stranger).withdrawFor(viewer, tokenAddress);
    expect((await token.balanceOf(viewer)) - before).to.equal(DEPOSIT);
    await restore();
  });
});
