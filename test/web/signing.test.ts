import { expect } from 'chai';
import { TypedDataEncoder, ZeroAddress, ZeroHash } from 'ethers';
import { digestOf, type WalletCall } from '../../indexer/contract/calls/wallet-calls.ts';
import { freshOnce, type SignableCall, typedCall } from '../../web/src/contract/signing.ts';
import { CREATOR } from '../indexer/http/samples.ts';

const CONTRACT = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const SEPOLIA = 11_155_111;
const PUBLICATION = {
  cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  token: ZeroAddress,
  pricePerUnit: 10n ** 15n,
  providerShareBps: 3_000,
  unit: 0,
  name: 'Sample Video',
  metadata: '',
};
const url = 'https://stream.example.org/a';

/** A call as the page names it, and as the host does. */
const CALLS: [SignableCall, Pick<WalletCall, 'name'> & { args: object }][] = [
  [
    { name: 'publish', args: [PUBLICATION] },
    { name: 'publish', args: { ...PUBLICATION, unit: 'view' } },
  ],
  ...(['retire', 'cancelTerms', 'deregisterStream'] as const).map((name): (typeof CALLS)[number] => [
    { name, args: [ZeroHash] },
    { name, args: { contentId: ZeroHash } },
  ]),
  [
    { name: 'scheduleTerms', args: [ZeroHash, 10n ** 15n, 3_000, 1] },
    {
      name: 'scheduleTerms',
      args: { contentId: ZeroHash, pricePerUnit: 10n ** 15n, providerShareBps: 3_000, unit: 'minute' },
    },
  ],
  ...(['registerStream', 'updateStream'] as const).map((name): (typeof CALLS)[number] => [
    { name, args: [ZeroHash, url] },
    { name, args: { contentId: ZeroHash, url } },
  ]),
];

describe('what the page lets a wallet sign', () => {
  for (const [call, hosts] of CALLS) {
    it(`is for ${call.name} what the host checks`, () => {
      const once = { nonce: 7n, deadline: 1_795_570_351n };
      const where = { account: CREATOR, chainId: SEPOLIA, contract: CONTRACT };
      const { domain, types, message } = typedCall(call, where, once);
      const expected = { ...hosts, account: CREATOR, contract: CONTRACT } as WalletCall;
      expect(TypedDataEncoder.hash(domain, types, message)).to.equal(
        digestOf(expected, SEPOLIA, { nonce: 7n, deadlineSec: once.deadline }),
      );
    });
  }

  it('has a nonce of its own each time, and is good for an hour', () => {
    const [one, other] = [freshOnce(1_000_000), freshOnce(1_000_000)];
    expect(one.nonce).to.not.equal(other.nonce);
    expect(one.nonce < 2n ** 128n).to.equal(true);
    expect(one.deadline).to.equal(4_600n);
  });
});
