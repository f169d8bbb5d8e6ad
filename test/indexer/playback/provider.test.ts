import { expect } from 'chai';
import { createProvider, describeProvider } from '../../../indexer/playback/provider.ts';
import { PROVIDER } from '../http/samples.ts';

describe('what a host says at its start of what it serves', () => {
  const provider = createProvider(PROVIDER, () => 'http://0.0.0.0:8000');

  it('names the wallet, the addresses, and what sets them', () => {
    expect(describeProvider(provider, { isReachable: true })).to.equal(
      `for ${PROVIDER} (PROVIDER_WALLET) at http://0.0.0.0:8000/play/CID (PUBLIC_URL)`,
    );
    expect(describeProvider(null, { isReachable: true })).to.match(/^nothing: .*PRIVATEKEY/);
  });

  it('says that nobody else reaches an address that is only this machine', () => {
    expect(describeProvider(provider, { isReachable: false })).to.match(
      /PUBLIC_URL is not set, so only this machine reaches it$/,
    );
  });
});
