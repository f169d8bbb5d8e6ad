import { expect } from 'chai';
import { getAddress } from 'ethers';
import hre from 'hardhat';
import { confirmationsOf, NETWORKS, networkOf } from '../../networks/networks.ts';

describe('the table of networks', () => {
  for (const [name, network] of Object.entries(NETWORKS)) {
    it(`has ${name} as Hardhat knows it`, () => {
      const { chainId, title, chainType, explorer, usdc } = network;
      const known = hre.config.chainDescriptors.get(BigInt(chainId));
      expect({ title, chainType }).to.deep.equal({ title: known?.name, chainType: known?.chainType });
      expect(explorer).to.equal(known?.blockExplorers.etherscan?.url);
      expect(usdc).to.equal(usdc && getAddress(usdc));
      expect(hre.config.networks[name]).to.include({ type: 'http', chainId, chainType });
    });
  }

  it('has each chain once, and is asked by its number', () => {
    const ids = Object.values(NETWORKS).map(({ chainId }) => chainId);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(networkOf(8_453)).to.include({ name: 'base', title: 'Base' });
    expect(networkOf(2)).to.equal(undefined);
  });

  it('takes two minutes of blocks for final, and twelve of a chain that it does not know', () => {
    expect([1, 8_453, 42_161, 2].map(confirmationsOf)).to.deep.equal([12, 60, 480, 12]);
  });
});
