import { expect } from 'chai';
import { newTestChain, removeTestChains } from './support.ts';

describe('the development chain with 10,000 transactions', () => {
  afterEach(removeTestChains);

  it('starts within 60 seconds', async () => {
    const chain = await newTestChain();
    const { accounts } = await chain.start();
    const begun = performance.now();
    // Three storage writes and a log each: about what a payment for a view costs.
    const code = '0x60168060095f395ff35f35805f5580600155806002555f52600160205fa100';
    const hash = await chain.rpc('eth_sendTransaction', { from: accounts[0]?.address, data: code });
    const { contractAddress } = await chain.rpc<{ contractAddress: string }>(
      'eth_getTransactionReceipt',
      hash,
    );
    for (let sent = 1; sent < 10_000; sent += 1) {
      await chain.rpc('eth_sendTransaction', {
        from: accounts[sent % 20]?.address,
        to: contractAddress,
        data: `0x${sent.toString(16).padStart(64, '0')}${'00'.repeat(192)}`,
        gas: '0x20000',
      });
    }
    const newest = await chain.rpc<{ gasUsed: string }>('eth_getBlockByNumber', 'latest', false);
    expect(Number(newest.gasUsed)).to.be.above(35_000);
    const written = performance.now();
    const before = await chain.hashes();
    const restarting = performance.now();
    await chain.restart();
    const seconds = (performance.now() - restarting) / 1000;
    console.log(
      `      written in ${((written - begun) / 1000).toFixed(1)} s, started in ${seconds.toFixed(1)} s`,
    );
    expect(await chain.hashes()).to.deep.equal(before);
    expect(seconds).to.be.below(60);
  });
});
