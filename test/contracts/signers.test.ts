import { expect } from 'chai';
import { type BaseWallet, type Signer, Wallet } from 'ethers';
import { domainOf, SIGNED_CALLS, typedData } from './signed.ts';
import { contentIdOf, ethers, networkHelpers, newHost, publication, type World } from './world.ts';

const { loadFixture } = networkHelpers;
const DEADLINE = 2n ** 64n;
const NONCE = 1n;

/** `signer` signs the publication of `account`; the stranger submits it. */
async function publishSigned({ host, hostAddress, stranger }: World, account: string, signer: Signer) {
  const call = SIGNED_CALLS.find(({ name }) => name === 'publishBySig');
  if (!call) throw new Error('publishBySig is not among the signed calls');
  const { chainId } = await ethers.provider.getNetwork();
  const { types, message } = typedData(call, contentIdOf(account), account, NONCE, DEADLINE);
  const signature = await signer.signTypedData(domainOf(hostAddress, chainId), types, message);
  return await host.connect(stranger).publishBySig(account, publication(), NONCE, DEADLINE, signature);
}

/** An account with a plain key and the code of `implementation` (EIP-7702). */
async function delegated({ stranger }: World, implementation: string): Promise<BaseWallet> {
  const account = new Wallet(`0x${'42'.repeat(32)}`, ethers.provider);
  await stranger.sendTransaction({ to: account.address, value: 10n ** 18n });
  const { chainId } = await ethers.provider.getNetwork();
  // The account's own transaction raises its nonce to 1 before the authorisation is looked at.
  const authorization = await account.authorize({ address: implementation, nonce: 1, chainId });
  const sent = await account.sendTransaction({
    type: 4,
    to: stranger.address,
    authorizationList: [authorization],
  });
  await sent.wait();
  return account;
}

describe('a signature of', () => {
  it('a smart wallet counts if its code accepts it (ERC-1271)', async () => {
    const world = await loadFixture(newHost);
    const wallet = await (await ethers.deployContract('ContractWallet', [world.creator])).getAddress();
    await publishSigned(world, wallet, world.creator);
    expect((await world.host.termsOf(contentIdOf(wallet))).creator).to.equal(wallet);
  });

  it('a smart wallet does not count if its code refuses it', async () => {
    const world = await loadFixture(newHost);
    const wallet = await (await ethers.deployContract('ContractWallet', [world.creator])).getAddress();
    await expect(publishSigned(world, wallet, world.provider))
      .to.be.revertedWithCustomError(world.host, 'SignatureInvalid')
      .withArgs(wallet);
  });

  it('a contract without ERC-1271 does not count', async () => {
    const world = await loadFixture(newHost);
    const payee = await (await ethers.deployContract('Payee')).getAddress();
    await expect(publishSigned(world, payee, world.creator))
      .to.be.revertedWithCustomError(world.host, 'SignatureInvalid')
      .withArgs(payee);
  });

  it('this contract or a precompile counts for nothing, whatever it answers', async () => {
    const world = await loadFixture(newHost);
    // The identity (4) answers with the question, which begins with the answer that counts.
    const precompiles = Array.from({ length: 17 }, (_, at) =>
      ethers.getAddress(ethers.zeroPadValue(ethers.toBeHex(at + 1), 20)),
    );
    for (const account of [ethers.ZeroAddress, world.hostAddress, ...precompiles]) {
      await expect(publishSigned(world, account, world.creator))
        .to.be.revertedWithCustomError(world.host, 'SignatureInvalid')
        .withArgs(account);
    }
  });

  it('a plain key counts though the account has code without ERC-1271 (EIP-7702)', async () => {
    const world = await loadFixture(newHost);
    const payee = await (await ethers.deployContract('Payee')).getAddress();
    const account = await delegated(world, payee);
    expect(await ethers.provider.getCode(account.address)).to.equal(
      `0xef0100${payee.slice(2).toLowerCase()}`,
    );
    await publishSigned(world, account.address, account);
    expect((await world.host.termsOf(contentIdOf(account.address))).creator).to.equal(account.address);
  });

  it("another key counts where an EIP-7702 account's code accepts it", async () => {
    const world = await loadFixture(newHost);
    const wallet = await (await ethers.deployContract('ContractWallet', [world.creator])).getAddress();
    const account = await delegated(world, wallet);
    await publishSigned(world, account.address, world.creator);
    expect((await world.host.termsOf(contentIdOf(account.address))).creator).to.equal(account.address);
  });
});
