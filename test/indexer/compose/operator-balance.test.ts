import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { createOperatorBalance } from '../../../indexer/compose/chain/operator-balance.ts';

const OPERATOR = { address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' };

describe('createOperatorBalance()', () => {
  let asked: string[];
  let nowMs: number;
  const held = async (address: unknown) => BigInt(asked.push(String(address)));
  const balanceBy = (getBalance: typeof held, operator: typeof OPERATOR | null = OPERATOR) =>
    createOperatorBalance({ getBalance }, operator, () => nowMs);
  const of = (wei: bigint) => ({ wallet: OPERATOR.address, wei });

  beforeEach(() => {
    asked = [];
    nowMs = 0;
  });

  it('says what the chain said last, and asks at most every half minute, however many ask', async () => {
    const balance = balanceBy(held);
    expect([balance(), balance()]).to.deep.equal([null, null]);
    await setImmediate();
    nowMs = 29_999;
    expect(balance()).to.deep.equal(of(1n));
    nowMs = 30_000;
    expect(balance()).to.deep.equal(of(1n));
    await setImmediate();
    expect(balance()).to.deep.equal(of(2n));
    expect(asked).to.deep.equal([OPERATOR.address, OPERATOR.address]);
  });

  it('keeps nobody waiting for an endpoint that hangs, and knows nothing after ten minutes of it', async () => {
    let isHanging = false;
    const balance = balanceBy((address) => (isHanging ? new Promise(() => undefined) : held(address)));
    balance();
    await setImmediate();
    isHanging = true;
    nowMs = 599_999;
    expect(balance()).to.deep.equal(of(1n));
    nowMs = 600_000;
    expect(balance()).to.equal(null);
  });

  it('is unknown without a key, and where the chain does not answer', async () => {
    expect(balanceBy(held, null)()).to.equal(null);
    const refused = balanceBy(() => Promise.reject(new Error('no answer')));
    refused();
    await setImmediate();
    expect(refused()).to.equal(null);
    expect(asked).to.deep.equal([]);
  });
});
