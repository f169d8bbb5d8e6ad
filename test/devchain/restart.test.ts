import { expect } from 'chai';
import { startDevnet } from '../../devchain/devnet.ts';
import { DevnetLocked } from '../../devchain/errors.ts';
import { rejection } from '../rejection.ts';
import { newTestChain, ONE_ETHER, removeTestChains, type TestChain } from './support.ts';

const STRANGER = '0x00000000000000000000000000000000000abcde';
const OTHER = '0x00000000000000000000000000000000000bcdef';

describe('the development chain after a restart', () => {
  let chain: TestChain;
  let alice: string;
  let bob: string;

  beforeEach(async () => {
    chain = await newTestChain();
    const devnet = await chain.start();
    [alice, bob] = devnet.accounts.map(({ address }) => address) as [string, string];
  });
  afterEach(removeTestChains);

  it('has the same blocks, whatever was read, refused or waiting in between', async () => {
    await pay();
    await chain.rpc('eth_getBlockByNumber', 'pending', true);
    await chain.rpc('eth_sendRawTransaction', '0x12').catch(() => undefined);
    await Promise.all([pay(), pay(), chain.rpc('eth_estimateGas', { from: alice, to: bob }), pay()]);
    await chain.rpc('hardhat_mine', '0x64');
    await chain.rpc('eth_getBlockByNumber', '0x20', true);
    await pay();
    const before = await chain.hashes();
    const said: string[] = [];
    const devnet = await chain.restart({ log: (message) => said.push(message) });
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^The development chain goes on from block 105 \(7 calls in \d+\.\d s\)$/);
    expect(await chain.hashes()).to.deep.equal(before);
    expect(before).to.have.length(106);
    expect(devnet.replayedCalls).to.equal(7);
  });

  it('goes on from the last block, again and again', async () => {
    const seen: string[][] = [];
    for (let round = 0; round < 4; round += 1) {
      await pay();
      seen.push(await chain.hashes());
      await chain.restart();
    }
    const last = await chain.hashes();
    for (const [round, hashes] of seen.entries()) expect(hashes).to.deep.equal(last.slice(0, round + 2));
  });

  it('keeps impersonation, and its end', async () => {
    await chain.rpc('hardhat_impersonateAccount', STRANGER);
    await chain.rpc('hardhat_impersonateAccount', OTHER);
    await chain.rpc('hardhat_stopImpersonatingAccount', OTHER);
    await chain.restart();
    expect(await actAs(STRANGER)).to.match(/^0x[0-9a-f]{64}$/);
    const refusal = await actAs(OTHER).catch((error: Error) => error.message.toLowerCase());
    expect(refusal).to.equal(`unknown account ${OTHER}`);
  });

  it('keeps balance, nonce, code and storage set by hand, also with no block since', async () => {
    await chain.rpc('hardhat_setBalance', STRANGER, ONE_ETHER);
    await chain.rpc('hardhat_setNonce', STRANGER, '0x7');
    await chain.rpc('hardhat_setCode', STRANGER, '0x60016000f3');
    await chain.rpc('hardhat_setStorageAt', STRANGER, '0x2', `0x${'2a'.padStart(64, '0')}`);
    await chain.restart();
    expect(await chain.rpc('eth_getBalance', STRANGER, 'latest')).to.equal(ONE_ETHER);
    expect(await chain.rpc('eth_getTransactionCount', STRANGER, 'latest')).to.equal('0x7');
    expect(await chain.rpc('eth_getCode', STRANGER, 'latest')).to.equal('0x60016000f3');
    expect(Number(await chain.rpc('eth_getStorageAt', STRANGER, '0x2', 'latest'))).to.equal(42);
  });

  it('keeps what a snapshot held and what evm_revert undid', async () => {
    await pay();
    const snapshot = await chain.rpc('evm_snapshot');
    await pay();
    await chain.rpc('evm_revert', snapshot);
    const kept = await chain.rpc('evm_snapshot');
    const height = await chain.rpc('eth_blockNumber');
    await pay();
    const before = await chain.hashes();
    await chain.restart();
    expect(await chain.hashes()).to.deep.equal(before);
    expect(await chain.rpc<boolean>('evm_revert', kept)).to.equal(true);
    expect(await chain.rpc('eth_blockNumber')).to.equal(height);
  });

  it('keeps transactions that were sent and not mined', async () => {
    await chain.rpc('evm_setAutomine', false);
    const hash = await pay();
    await chain.restart();
    expect(await chain.rpc<unknown>('eth_getTransactionReceipt', hash)).to.equal(null);
    await chain.rpc('evm_mine');
    expect(await chain.rpc<{ status: string }>('eth_getTransactionReceipt', hash)).to.include({
      status: '0x1',
    });
  });

  it('has its directory to itself until it stops', async () => {
    const error = await rejection(startDevnet({ dataDir: chain.dataDir, port: 0 }));
    expect(error).to.be.instanceOf(DevnetLocked);
    expect(error.message).to.match(/already runs the development chain in .*devnet/);
    await pay();
    await chain.devnet.stop();
    await chain.devnet.stop();
    await chain.start();
    expect(Number(await chain.rpc('eth_blockNumber'))).to.equal(1);
  });

  it('is another chain when its directory is another', async () => {
    const other = await newTestChain();
    await other.start({ nowSec: () => 1_900_000_000 });
    expect((await other.hashes())[0]).not.to.equal((await chain.hashes())[0]);
  });

  function pay(): Promise<string> {
    return chain.rpc('eth_sendTransaction', { from: alice, to: bob, value: '0x1' });
  }

  function actAs(from: string): Promise<string> {
    return chain.rpc('eth_sendTransaction', { from, to: bob, gasPrice: '0x0', gas: '0x5208' });
  }
});
