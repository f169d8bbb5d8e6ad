import { expect } from 'chai';
import {
  ethers,
  NATIVE,
  networkHelpers,
  newHost,
  PRICE,
  publication,
  served,
  servedForToken,
  split,
  URL,
} from './world.ts';

const { loadFixture } = networkHelpers;

describe('multicall()', () => {
  it('refuses native coin, so that no payment can spend the same value twice', async () => {
    const { host, hostAddress, provider, viewer, contentId } = await loadFixture(served);
    const pay = host.interface.encodeFunctionData('payView', [contentId, provider.address, 1, PRICE]);
    const data = host.interface.encodeFunctionData('multicall', [[pay, pay]]);
    await expect(viewer.sendTransaction({ to: hostAddress, data, value: PRICE })).to.be.revertedWithoutReason(
      ethers,
    );
    expect(await host.credits(provider, NATIVE)).to.equal(0n);
  });

  it('reaches no native payment without value either', async () => {
    const { host, provider, viewer, contentId } = await loadFixture(served);
    const pay = host.interface.encodeFunctionData('payView', [contentId, provider.address, 1, PRICE]);
    await expect(host.connect(viewer).multicall([pay]))
      .to.be.revertedWithCustomError(host, 'WrongAmount')
      .withArgs(PRICE);
    const sponsor = host.interface.encodeFunctionData('sponsorViews', [NATIVE, 1n, 0n, []]);
    await expect(host.connect(viewer).multicall([sponsor]))
      .to.be.revertedWithCustomError(host, 'WrongAmount')
      .withArgs(1n);
  });

  it('makes several calls as the caller', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    const publish = host.interface.encodeFunctionData('publish', [publication()]);
    const register = host.interface.encodeFunctionData('registerStream', [contentId, URL]);
    await host.connect(creator).multicall([publish, register]);
    expect((await host.termsOf(contentId)).creator).to.equal(creator.address);
    expect(await host.streamOf(contentId, creator)).to.equal(URL);
  });

  it('pays several views in a token', async () => {
    const { host, provider, viewer, contentId, tokenAddress } = await loadFixture(servedForToken);
    const pay = host.interface.encodeFunctionData('payView', [contentId, provider.address, 1, PRICE]);
    await host.connect(viewer).multicall([pay, pay]);
    expect(await host.credits(provider, tokenAddress)).to.equal(2n * split(PRICE)[1]);
  });

  it('undoes all of them when one fails, with its error', async () => {
    const { host, creator, contentId } = await loadFixture(newHost);
    const publish = host.interface.encodeFunctionData('publish', [publication()]);
    await expect(host.connect(creator).multicall([publish, publish]))
      .to.be.revertedWithCustomError(host, 'ContentExists')
      .withArgs(contentId);
    await expect(host.termsOf(contentId)).to.be.revertedWithCustomError(host, 'ContentUnknown');
  });
});
