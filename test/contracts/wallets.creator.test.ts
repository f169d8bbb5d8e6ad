import { expect } from 'chai';
import { TypedDataEncoder } from 'ethers';
import { executeBySafe, newSafe, type Safe, signAsSafe } from './safe.ts';
import { domainOf, SIGNED_CALLS, typedData } from './signed.ts';
import {
  contentIdOf,
  ethers,
  NATIVE,
  networkHelpers,
  newHost,
  PRICE,
  publication,
  split,
  URL,
  type World,
} from './world.ts';

const { loadFixture } = networkHelpers;
const DEADLINE = 2n ** 64n;
const NONCE = 0x5afen;
const [CREATOR_AMOUNT] = split(PRICE);

/** Fixture: a Safe of creator, provider and stranger. */
async function withSafe(): Promise<World & { safe: Safe }> {
  const world = await newHost();
  return { ...world, safe: await newSafe([world.creator, world.provider, world.stranger]) };
}

/** Fixture: a wallet of the creator's, as Splits makes them. */
async function withSplitWallet() {
  const world = await newHost();
  const wallet = await ethers.deployContract('SplitWallet', [world.creator]);
  return { ...world, wallet, walletAddress: await wallet.getAddress() };
}

/** What `account` signs to publish. */
async function publishDigest({ hostAddress }: World, account: string): Promise<string> {
  const publish = SIGNED_CALLS.find(({ name }) => name === 'publishBySig');
  if (!publish) throw new Error('publishBySig is not among the signed calls');
  const { chainId } = await ethers.provider.getNetwork();
  const { types, message } = typedData(publish, contentIdOf(account), account, NONCE, DEADLINE);
  return TypedDataEncoder.hash(domainOf(hostAddress, chainId), types, message);
}

/** The viewer pays the provider for a unit of the content of `creator`. */
async function payFor({ host, provider, viewer }: World, creator: string): Promise<void> {
  const contentId = contentIdOf(creator);
  await host.connect(provider).registerStream(contentId, URL);
  await host.connect(viewer).payView(contentId, provider, 1, PRICE, { value: PRICE });
}

describe('a Safe as creator', () => {
  it('publishes by its own transaction, and anybody brings it its earnings', async () => {
    const world = await loadFixture(withSafe);
    const { host, hostAddress, safe, viewer } = world;
    await executeBySafe(safe, hostAddress, host.interface.encodeFunctionData('publish', [publication()]));
    await payFor(world, safe.address);
    await expect(host.connect(viewer).withdrawFor(safe.address, NATIVE)).to.changeEtherBalances(
      ethers,
      [safe.address],
      [CREATOR_AMOUNT],
    );
  });

  it('publishes by the signature of as many owners as it asks for, which anybody submits', async () => {
    const world = await loadFixture(withSafe);
    const { host, viewer, safe } = world;
    const digest = await publishDigest(world, safe.address);
    const signature = await signAsSafe(safe.address, safe.owners.slice(1), digest);
    await host.connect(viewer).publishBySig(safe.address, publication(), NONCE, DEADLINE, signature);
    expect((await host.termsOf(contentIdOf(safe.address))).creator).to.equal(safe.address);
  });

  it('publishes by the signature of no fewer owners, nor of another Safe', async () => {
    const world = await loadFixture(withSafe);
    const { host, viewer, hostAddress, safe } = world;
    const digest = await publishDigest(world, safe.address);
    for (const signature of [
      await signAsSafe(safe.address, safe.owners.slice(1, 2), digest),
      await signAsSafe(hostAddress, safe.owners.slice(1), digest),
    ]) {
      await expect(host.connect(viewer).publishBySig(safe.address, publication(), NONCE, DEADLINE, signature))
        .to.be.revertedWithCustomError(host, 'SignatureInvalid')
        .withArgs(safe.address);
    }
  });
});

describe('a Splits wallet as creator', () => {
  it('publishes by a call of its owner’s, and anybody brings it its earnings', async () => {
    const world = await loadFixture(withSplitWallet);
    const { host, creator, viewer, hostAddress, wallet, walletAddress } = world;
    const data = host.interface.encodeFunctionData('publish', [publication()]);
    await wallet.connect(creator).execCalls([{ to: hostAddress, value: 0, data }]);
    await payFor(world, walletAddress);
    await expect(host.connect(viewer).withdrawFor(wallet, NATIVE)).to.changeEtherBalances(
      ethers,
      [wallet],
      [CREATOR_AMOUNT],
    );
  });

  it('publishes by its owner’s signature for that wallet, which anybody submits', async () => {
    const world = await loadFixture(withSplitWallet);
    const { host, creator, viewer, wallet, walletAddress } = world;
    const { name, version, chainId, verifyingContract } = await wallet.eip712Domain();
    const own = { name, version, chainId, verifyingContract };
    const types = { SplitWalletMessage: [{ name: 'hash', type: 'bytes32' }] };
    const hash = await publishDigest(world, walletAddress);
    const signature = await creator.signTypedData(own, types, { hash });
    await host.connect(viewer).publishBySig(walletAddress, publication(), NONCE, DEADLINE, signature);
    expect((await host.termsOf(contentIdOf(walletAddress))).creator).to.equal(walletAddress);
  });
});
