import { expect } from 'chai';
import type { Signer } from 'ethers';
import { domainOf, SIGNED_CALLS, type SignedCall, typedData } from './signed.ts';
import { contentIdOf, ethers, networkHelpers, published, URL, type World } from './world.ts';

const { loadFixture } = networkHelpers;
const DEADLINE = 2n ** 64n;
const NONCE = 0xde1e_9a7en;
const OF_STREAMS = SIGNED_CALLS.filter(({ name }) => name.includes('Stream'));
const OF_CREATORS = SIGNED_CALLS.filter(({ name }) => !name.includes('Stream'));

/** The twin for `account`, the world's creator unless told otherwise, signed by the stranger, whom it may have named. */
async function submit(call: SignedCall, world: World, account = world.creator.address, signer?: Signer) {
  const { host, hostAddress, stranger, viewer, contentId } = world;
  const { chainId } = await ethers.provider.getNetwork();
  const { types, message } = typedData(call, contentId, account, NONCE, DEADLINE);
  const by = signer ?? stranger;
  const signature = await by.signTypedData(domainOf(hostAddress, chainId), types, message);
  const args = [account, ...call.args(contentId), NONCE, DEADLINE, signature];
  return await host
    .connect(viewer)
    .getFunction(call.name)
    .send(...args);
}

describe('a delegate’s signature', () => {
  for (const call of OF_STREAMS) {
    it(`counts for ${call.name}(), and uses the provider’s nonce`, async () => {
      const world = await loadFixture(call.fixture);
      const { host, creator, stranger } = world;
      await host.connect(creator).setClaimDelegate(stranger);
      await expect(submit(call, world)).to.emit(host, call.event);
      expect(await host.isNonceUsed(creator, NONCE)).to.equal(true);
      expect(await host.isNonceUsed(stranger, NONCE)).to.equal(false);
    });

    it(`counts no more for ${call.name}() once another is named`, async () => {
      const world = await loadFixture(call.fixture);
      const { host, creator, provider, stranger } = world;
      await host.connect(creator).setClaimDelegate(stranger);
      await host.connect(creator).setClaimDelegate(provider);
      await expect(submit(call, world))
        .to.be.revertedWithCustomError(host, 'SignatureInvalid')
        .withArgs(creator.address);
    });
  }

  for (const call of OF_CREATORS) {
    it(`does not count for ${call.name}(), which is the creator’s`, async () => {
      const world = await loadFixture(call.fixture);
      const { host, creator, stranger } = world;
      await host.connect(creator).setClaimDelegate(stranger);
      await expect(submit(call, world))
        .to.be.revertedWithCustomError(host, 'SignatureInvalid')
        .withArgs(creator.address);
    });
  }

  it('counts again once the delegate is named again, until its deadline', async () => {
    const [register] = OF_STREAMS;
    if (!register) throw new Error('no call registers streams');
    const world = await loadFixture(register.fixture);
    const { host, creator, stranger, viewer } = world;
    for (const delegate of [stranger, viewer, stranger])
      await host.connect(creator).setClaimDelegate(delegate);
    await expect(submit(register, world)).to.emit(host, register.event);
  });

  it('counts once, also where the provider’s code takes the same signature (ERC-1271)', async () => {
    const world = await loadFixture(published);
    const { host, creator, stranger } = world;
    const [register] = OF_STREAMS;
    if (!register) throw new Error('no call registers streams');
    const wallet = await ethers.deployContract('ContractWallet', [stranger]);
    const provider = await wallet.getAddress();
    await networkHelpers.impersonateAccount(provider);
    const asProvider = host.connect(await ethers.getSigner(provider));
    await networkHelpers.setBalance(provider, 10n ** 18n);
    await asProvider.setClaimDelegate(stranger);
    await submit(register, world, provider);
    await asProvider.setClaimDelegate(creator);
    await asProvider.deregisterStream(world.contentId);
    await expect(submit(register, world, provider))
      .to.be.revertedWithCustomError(host, 'NonceUsed')
      .withArgs(provider, NONCE);
  });

  it('of nobody counts for nobody: a provider without a delegate has none', async () => {
    const world = await loadFixture(published);
    const { host, provider, contentId } = world;
    const none = `0x${'00'.repeat(65)}`;
    await expect(host.registerStreamBySig(provider, contentId, URL, NONCE, DEADLINE, none))
      .to.be.revertedWithCustomError(host, 'SignatureInvalid')
      .withArgs(provider.address);
    expect(await host.streamOf(contentIdOf(provider.address), provider)).to.equal('');
  });
});
