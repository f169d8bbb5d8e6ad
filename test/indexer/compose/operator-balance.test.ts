import { expect } from 'chai';
import { createOperatorBalance } from '../../../indexer/compose/chain/operator-balance.ts';

const OPERATOR = { address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' };

describe('createOperatorBalance()', () => {
  let asked: string[];
  let nowMs: number;
  const held = async (address: unknown) => BigInt(asked.push(String(address)));
  const balanceBy = (getBalance: typeof held, operator: typeof OPERATOR | null = OPERATOR) =>
    createOperatorBalance({ getBalance }, operator, () => nowMs);

  beforeEach(() => {
    asked = [];
    nowMs = 0;
  });

  it('asks the chain at most every half minute, however many ask', async () => {
    const balance = balanceBy(held);
    expect(await Promise.all([balance(), balance()])).to.deep.equal([1n, 1n]);
    nowMs = 29_999;
    expect(await balance()).to.equal(1n);
    nowMs = 30_000;
    expect(await balance()).to.equal(2n);
    expect(asked).to.deep.equal([OPERATOR.address, OPERATOR.address]);
  });

  it('is unknown without a key, and where the chain does not answer', async () => {
    expect(await balanceBy(held, null)()).to.equal(null);
    expect(asked).to.deep.equal([]);
    expect(await balanceBy(() => Promise.reject(new Error('no answer')))()).to.equal(null);
  });
});
