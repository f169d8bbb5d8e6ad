import { expect } from 'chai';
import { BrowserProvider, Fragment, ZeroHash } from 'ethers';
import { CallCheck } from '../../../indexer/contract/calls/call-status.ts';
import { HostContract } from '../../../indexer/contract/stream-host.ts';

const ONE = `0x${'1'.repeat(40)}`;
const OTHER = `0x${'2'.repeat(40)}`;
/** `true` as the chain encodes it: what `isNonceUsed` and a stream's URL of nothing answer. */
const answers: Record<string, string> = {
  eth_chainId: '0x7a69',
  eth_call: `0x${'20'.padStart(64, '0')}${'0'.repeat(64)}`,
};

describe('reading the contract', () => {
  const asked: string[] = [];
  const provider = new BrowserProvider(
    {
      async request({ method }: { method: string }) {
        asked.push(method);
        return answers[method] ?? '0x0';
      },
    },
    31_337,
    { cacheTimeout: -1, staticNetwork: true },
  );
  const parse = Fragment.from;
  let parsed = 0;
  before(() => {
    Fragment.from = (fragment) => {
      parsed += 1;
      return parse(fragment);
    };
  });
  after(() => {
    Fragment.from = parse;
    provider.destroy();
  });
  beforeEach(() => {
    parsed = 0;
  });

  it('parses no ABI for a call, at however many addresses', async () => {
    const contract = new HostContract(provider);
    for (const address of [ONE, OTHER, ONE, ONE.toUpperCase().replace('0X', '0x')]) {
      expect(await contract.hasStream(address, ZeroHash, ONE)).to.equal(false);
    }
    expect(parsed).to.equal(0);
  });

  it('asks for the terms of a content once for all who ask at the same time', async () => {
    const contract = new HostContract(provider);
    const terms = () => contract.termsInForce(ONE, ZeroHash).catch(() => 'none');
    asked.length = 0;
    await Promise.all([1, 2, 3].map(terms));
    expect(asked.filter((method) => method === 'eth_call')).to.have.length(1);
    await terms();
    expect(asked.filter((method) => method === 'eth_call')).to.have.length(2);
  });

  it('parses none to check what stands either', async () => {
    const check = new CallCheck({ provider, chainId: 31_337, checkSignature: async () => null });
    const call = {
      name: 'deregisterStream',
      account: ONE,
      contract: OTHER,
      args: { contentId: ZeroHash },
    } as const;
    for (let round = 0; round < 3; round += 1) expect(await check.stands(call)).to.equal(true);
    expect(parsed).to.equal(0);
  });
});
