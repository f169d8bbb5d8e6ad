import { expect } from 'chai';
import { FeeData } from 'ethers';
import { raisedFees } from '../../../indexer/txmgr/fee-bump.ts';

const GWEI = 10n ** 9n;

describe('raisedFees()', () => {
  it('adds more than the tenth that nodes ask for, also to a fee of zero', () => {
    const now = new FeeData(null, 20n * GWEI, 1n * GWEI);
    const raised = raisedFees({ maxFeePerGas: 40n * GWEI, maxPriorityFeePerGas: 0n }, now);
    expect(raised).to.deep.equal({ maxFeePerGas: 45n * GWEI + 1n, maxPriorityFeePerGas: 1n * GWEI });
  });

  it('goes to what the network asks now when that is more', () => {
    const now = new FeeData(null, 90n * GWEI, 3n * GWEI);
    const raised = raisedFees({ maxFeePerGas: 40n * GWEI, maxPriorityFeePerGas: 2n * GWEI }, now);
    expect(raised).to.deep.equal({ maxFeePerGas: 90n * GWEI, maxPriorityFeePerGas: 3n * GWEI });
  });

  it('raises the gas price on chains without EIP-1559', () => {
    expect(raisedFees({ gasPrice: 8n, maxFeePerGas: null }, new FeeData(5n))).to.deep.equal({
      gasPrice: 10n,
    });
    expect(raisedFees({ gasPrice: 8n, maxFeePerGas: null }, new FeeData(50n))).to.deep.equal({
      gasPrice: 50n,
    });
  });
});
