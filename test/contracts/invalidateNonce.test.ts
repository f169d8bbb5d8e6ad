import { expect } from 'chai';
import { MaxUint256 } from 'ethers';
import { networkHelpers, newHost } from './world.ts';

const { loadFixture } = networkHelpers;

describe('invalidateNonce()', () => {
  it('refuses a nonce that was used up before', async () => {
    const { host, creator } = await loadFixture(newHost);
    await host.connect(creator).invalidateNonce(7);
    await expect(host.connect(creator).invalidateNonce(7))
      .to.be.revertedWithCustomError(host, 'NonceUsed')
      .withArgs(creator.address, 7);
  });

  it("uses up the caller's nonce, of no one else and no other, and logs it", async () => {
    const { host, creator, provider } = await loadFixture(newHost);
    await expect(host.connect(creator).invalidateNonce(257))
      .to.emit(host, 'NonceInvalidated')
      .withArgs(creator.address, 257);
    expect(await host.isNonceUsed(creator, 257)).to.equal(true);
    expect(await host.isNonceUsed(provider, 257)).to.equal(false);
    for (const other of [0n, 1n, 256n, 258n, 513n])
      expect(await host.isNonceUsed(creator, other)).to.equal(false);
  });

  it('takes any 256-bit number, in any order', async () => {
    const { host, creator } = await loadFixture(newHost);
    for (const nonce of [MaxUint256, 0n, MaxUint256 - 1n]) {
      await host.connect(creator).invalidateNonce(nonce);
      expect(await host.isNonceUsed(creator, nonce)).to.equal(true);
    }
  });
});
