import { expect } from 'chai';
import { networkHelpers, served, URL } from './world.ts';

const { loadFixture } = networkHelpers;

describe('deregisterStream()', () => {
  it('refuses a provider without a stream', async () => {
    const { host, stranger, contentId } = await loadFixture(served);
    await expect(host.connect(stranger).deregisterStream(contentId))
      .to.be.revertedWithCustomError(host, 'StreamUnknown')
      .withArgs(contentId, stranger.address);
  });

  it('forgets the URL and logs it', async () => {
    const { host, provider, contentId } = await loadFixture(served);
    await expect(host.connect(provider).deregisterStream(contentId))
      .to.emit(host, 'StreamDeregistered')
      .withArgs(contentId, provider.address);
    expect(await host.streamOf(contentId, provider)).to.equal('');
  });

  it('lets the provider register again', async () => {
    const { host, provider, contentId } = await loadFixture(served);
    await host.connect(provider).deregisterStream(contentId);
    await host.connect(provider).registerStream(contentId, URL);
    expect(await host.streamOf(contentId, provider)).to.equal(URL);
  });
});
