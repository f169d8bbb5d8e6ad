import { expect } from 'chai';
import { encodeBytes32String } from 'ethers';
import { networkHelpers, served, URL } from './world.ts';

const { loadFixture } = networkHelpers;

describe('updateStream()', () => {
  it('refuses a provider without a stream', async () => {
    const { host, stranger, contentId } = await loadFixture(served);
    await expect(host.connect(stranger).updateStream(contentId, URL))
      .to.be.revertedWithCustomError(host, 'StreamUnknown')
      .withArgs(contentId, stranger.address);
  });

  for (const length of [0, 2_049]) {
    it(`refuses a URL of ${length} bytes`, async () => {
      const { host, provider, contentId } = await loadFixture(served);
      await expect(host.connect(provider).updateStream(contentId, 'u'.repeat(length)))
        .to.be.revertedWithCustomError(host, 'LengthInvalid')
        .withArgs(encodeBytes32String('url'), length, 2_048);
    });
  }

  it('stores and logs the new URL', async () => {
    const { host, provider, contentId } = await loadFixture(served);
    await expect(host.connect(provider).updateStream(contentId, 'https://new.example'))
      .to.emit(host, 'StreamUpdated')
      .withArgs(contentId, provider.address, 'https://new.example');
    expect(await host.streamOf(contentId, provider)).to.equal('https://new.example');
  });
});
