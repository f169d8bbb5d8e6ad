import { expect } from 'chai';
import { newTestChain, removeTestChains, type TestChain } from './support.ts';

describe('block time of the development chain', () => {
  let chain: TestChain;
  let wallSec: number;
  const nowSec = () => wallSec;

  beforeEach(async () => {
    wallSec = 1_900_000_000;
    chain = await newTestChain();
    await chain.start({ nowSec });
  });
  afterEach(removeTestChains);

  it('follows the wall clock, also with many blocks in one second', async () => {
    expect([await mine(), await mine(), await mine()]).to.deep.equal([wallSec, wallSec, wallSec]);
    wallSec += 7;
    expect(await mine()).to.equal(wallSec);
  });

  it('never goes back when the wall clock does, and then ticks on from there', async () => {
    const before = await mine();
    wallSec -= 1000;
    expect(await mine()).to.equal(before);
    wallSec += 3;
    expect(await mine()).to.equal(before + 3);
  });

  it('goes on from the wall clock after a stop, however long', async () => {
    await mine();
    wallSec += 86_400;
    await chain.restart({ nowSec });
    expect(await mine()).to.equal(wallSec);
  });

  it('stays ahead by evm_increaseTime, restarts included', async () => {
    await chain.rpc('evm_increaseTime', '0xe10');
    expect(await mine()).to.equal(wallSec + 3600);
    wallSec += 5;
    await chain.restart({ nowSec });
    await chain.rpc('evm_increaseTime', 60);
    expect(await mine()).to.equal(wallSec + 3660);
  });

  it('takes evm_setNextBlockTimestamp for the next block mined, even after a restart and a refused call', async () => {
    await chain.rpc('evm_setNextBlockTimestamp', wallSec + 500);
    await chain.rpc('evm_mine', '0x1').catch(() => undefined);
    await chain.restart({ nowSec });
    expect(await mine()).to.equal(wallSec + 500);
    wallSec += 10;
    expect(await mine()).to.equal(wallSec + 500);
  });

  it('takes the time given to evm_mine and the spacing given to hardhat_mine', async () => {
    await chain.rpc('evm_mine', wallSec + 100);
    expect(await newestSec()).to.equal(wallSec + 100);
    await chain.rpc('hardhat_mine', '0x5', '0x3c');
    expect(await newestSec()).to.equal(wallSec + 100 + 4 * 60);
    expect(await mine()).to.equal(wallSec + 100 + 4 * 60);
  });

  it('goes back with evm_revert', async () => {
    const snapshot = await chain.rpc('evm_snapshot');
    await chain.rpc('evm_increaseTime', 1000);
    expect(await mine()).to.equal(wallSec + 1000);
    expect(await chain.rpc<boolean>('evm_revert', snapshot)).to.equal(true);
    expect(await chain.rpc<boolean>('evm_revert', snapshot)).to.equal(false);
    expect(await mine()).to.equal(wallSec);
  });

  it('shows in the pending block after a restart', async () => {
    await chain.rpc('evm_increaseTime', 5000);
    await mine();
    wallSec += 100;
    await chain.restart({ nowSec });
    const pending = await chain.rpc<{ timestamp: string }>('eth_getBlockByNumber', 'pending', false);
    expect(Number(pending.timestamp)).to.be.within(wallSec + 5000, wallSec + 5010);
  });

  async function mine(): Promise<number> {
    await chain.rpc('evm_mine');
    return await newestSec();
  }

  async function newestSec(): Promise<number> {
    const block = await chain.rpc<{ timestamp: string }>('eth_getBlockByNumber', 'latest', false);
    return Number(block.timestamp);
  }
});
