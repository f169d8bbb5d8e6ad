import { expect } from 'chai';
import { MaxUint256 } from 'ethers';
import { networkHelpers, newHost } from './world.ts';

const { loadFixture } = networkHelpers;
const LAST_WORD = 2n ** 248n - 1n;

describe('invalidateNonces()', () => {
  it('refuses a word that holds no nonce', async () => {
    const { host, creator } = await loadFixture(newHost);
    await expect(host.connect(creator).invalidateNonces(LAST_WORD + 1n, 1))
      .to.be.revertedWithCustomError(host, 'WordTooLarge')
      .withArgs(LAST_WORD + 1n);
  });

  it("uses up the caller's nonces of the mask, of no one else and no other, and logs them", async () => {
    const { host, creator, provider } = await loadFixture(newHost);
    await expect(host.connect(creator).invalidateNonces(1, 0b101))
      .to.emit(host, 'NonceInvalidated')
      .withArgs(creator.address, 1, 0b101);
    for (const used of [256n, 258n]) {
      expect(await host.isNonceUsed(creator, used)).to.equal(true);
      expect(await host.isNonceUsed(provider, used)).to.equal(false);
    }
    for (const other of [0n, 2n, 255n, 257n, 259n, 512n])
      expect(await host.isNonceUsed(creator, other)).to.equal(false);
  });

  it('leaves used what was used before', async () => {
    const { host, creator } = await loadFixture(newHost);
    await host.connect(creator).invalidateNonces(0, 0b011);
    await host.connect(creator).invalidateNonces(0, 0b110);
    for (const [nonce, used] of [true, true, true, false].entries()) {
      expect(await host.isNonceUsed(creator, nonce)).to.equal(used);
    }
  });

  it('reaches every 256-bit number', async () => {
    const { host, creator } = await loadFixture(newHost);
    await host.connect(creator).invalidateNonces(LAST_WORD, MaxUint256);
    for (const nonce of [MaxUint256, MaxUint256 - 255n]) {
      expect(await host.isNonceUsed(creator, nonce)).to.equal(true);
    }
    expect(await host.isNonceUsed(creator, MaxUint256 - 256n)).to.equal(false);
  });
});
