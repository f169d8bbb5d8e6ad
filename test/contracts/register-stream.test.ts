import { expect } from 'chai';
import { encodeBytes32String } from 'ethers';
import { NOTICE_SEC, networkHelpers, newHost, published, served, URL } from './world.ts';

const { loadFixture } = networkHelpers;

describe('registerStream()', () => {
  it('refuses a content that nobody published', async () => {
    const { host, provider, contentId } = await loadFixture(newHost);
    await expect(host.connect(provider).registerStream(contentId, URL))
      .to.be.revertedWithCustomError(host, 'ContentUnknown')
      .withArgs(contentId);
  });

  it('refuses a content whose retirement is in force', async () => {
    const { host, creator, provider, contentId } = await loadFixture(published);
    await host.connect(creator).retire(contentId);
    await networkHelpers.time.increase(NOTICE_SEC);
    await expect(host.connect(provider).registerStream(contentId, URL))
      .to.be.revertedWithCustomError(host, 'RetirementInForce')
      .withArgs(contentId);
  });

  it('refuses a second stream of the same provider', async () => {
    const { host, provider, contentId } = await loadFixture(served);
    await expect(host.connect(provider).registerStream(contentId, URL))
      .to.be.revertedWithCustomError(host, 'StreamExists')
      .withArgs(contentId, provider.address);
  });

  for (const length of [0, 2_049]) {
    it(`refuses a URL of ${length} bytes`, async () => {
      const { host, provider, contentId } = await loadFixture(published);
      await expect(host.connect(provider).registerStream(contentId, 'u'.repeat(length)))
        .to.be.revertedWithCustomError(host, 'LengthInvalid')
        .withArgs(encodeBytes32String('url'), length, 2_048);
    });
  }

  for (const length of [1, 31, 32, 2_048]) {
    it(`stores and logs a URL of ${length} bytes`, async () => {
      const { host, provider, contentId } = await loadFixture(published);
      const url = 'u'.repeat(length);
      await expect(host.connect(provider).registerStream(contentId, url))
        .to.emit(host, 'StreamRegistered')
        .withArgs(contentId, provider.address, url);
      expect(await host.streamOf(contentId, provider)).to.equal(url);
    });
  }

  it('keeps the streams of several providers apart', async () => {
    const { host, provider, stranger, contentId } = await loadFixture(served);
    await host.connect(stranger).registerStream(contentId, 'https://other.example');
    expect(await host.streamOf(contentId, provider)).to.equal(URL);
    expect(await host.streamOf(contentId, stranger)).to.equal('https://other.example');
  });
});
