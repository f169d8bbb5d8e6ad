import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { readMethods } from '../../devchain/methods/methods.ts';
import { rejection } from '../rejection.ts';
import { newTestChain, ONE_ETHER, removeTestChains, type TestChain } from './support.ts';

const STRANGER = '0x00000000000000000000000000000000000aBCdE';
/** Deploys a contract that reverts with 32 bytes ending in 0xaa, whatever it is asked. */
const REVERTER = '0x600a600c600039600a6000f360aa60005260206000fd';

describe('the write queue of the development chain', () => {
  let chain: TestChain;
  let alice: string;
  let bob: string;

  beforeEach(async () => {
    chain = await newTestChain();
    const devnet = await chain.start();
    [alice, bob] = devnet.accounts.map(({ address }) => address) as [string, string];
  });
  afterEach(removeTestChains);

  for (const method of ['eth_nothing', 'evm_setIntervalMining', 'hardhat_reset', 'eth_subscribe']) {
    it(`does not find ${method}`, async () => {
      const error = await rejection(chain.rpc(method));
      expect(error).to.include({ code: -32601, message: `Method ${method} not found` });
    });
  }

  it('refuses params that are no array, or that JSON cannot hold', async () => {
    const { provider } = chain.devnet;
    const named = await rejection(provider.request({ method: 'evm_mine', params: { blocks: 1 } }));
    expect(named).to.include({ code: -32602, message: 'evm_mine takes its params as an array' });
    const bigint = await rejection(provider.request({ method: 'evm_mine', params: [1n] }));
    expect(bigint).to.include({ code: -32602, message: 'evm_mine has params that JSON cannot hold' });
  });

  for (const [method, params, reason] of [
    ['hardhat_mine', ['0x10000000000'], /params\[0\] must be from 1 to 100000$/],
    ['evm_setNextBlockTimestamp', [1e14], /must be from 0 to/],
    ['evm_setNextBlockTimestamp', [9e9], /at most 100 years ahead/],
    ['evm_increaseTime', [-5], /must be from 0 to/],
    ['evm_setBlockGasLimit', ['0x1'], /must be from 16777216 to/],
    ['evm_mine', [null], /params/],
    ['eth_getLogs', [{ toBlock: '0xffffffffffffffff' }], /params/],
    ['eth_estimateGas', [{ gasPrice: `0x${'f'.repeat(64)}` }], /gasPrice/],
    ['eth_call', [{}, 'latest', { [STRANGER]: { code: '0xef01' } }], /must not begin with 0xef/],
    ['evm_setAutomine', ['no'], /params\[0\]/],
    ['hardhat_setCode', [STRANGER, '0xef01'], /must not begin with 0xef/],
  ] as const) {
    it(`refuses ${method} of ${JSON.stringify(params)}, and journals nothing`, async () => {
      const before = await readFile(chain.journal, 'utf8');
      const error = await rejection(chain.rpc(method, ...params));
      expect(error).to.have.property('code', -32602);
      expect(error.message).to.match(reason);
      expect(await readFile(chain.journal, 'utf8')).to.equal(before);
    });
  }

  for (const filter of [
    {},
    { fromBlock: 'earliest', toBlock: 'latest' },
    { fromBlock: '0x0', toBlock: '0x9' },
  ]) {
    it(`finds logs from and to ${JSON.stringify(filter)}`, async () => {
      expect(await chain.rpc('eth_getLogs', filter)).to.be.an('array');
    });
  }

  it('lets block time be 100 years ahead and no further, however it is got there', async () => {
    const year = 366 * 86_400;
    const steps = Array.from({ length: 101 }, () => chain.rpc('evm_increaseTime', year));
    const outcomes = await Promise.allSettled(steps);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).to.have.length(100);
    expect((await rejection(chain.rpc('hardhat_mine', '0x2', 3 * year))).message).to.match(/100 years ahead/);
  });

  it('lets nobody rewrite the accounts that the host needs', async () => {
    chain.devnet.protect([alice]);
    const fresh = `0x${'00'.repeat(32)}`;
    for (const call of [
      ['hardhat_setCode', alice, '0x'],
      ['hardhat_setNonce', alice.toLowerCase(), '0x5'],
      ['hardhat_setStorageAt', alice, '0x0', fresh],
    ] as const) {
      const [method, ...params] = call;
      expect((await rejection(chain.rpc(method, ...params))).message).to.contain('the host needs');
    }
    await chain.rpc('hardhat_setNonce', bob, '0x5');
  });

  it('knows every method on its list of reads', async () => {
    for (const method of readMethods) {
      const answer = await chain.rpc(method).catch((error: Error & { code: number }) => error.code);
      expect(answer, method).not.to.be.oneOf([-32601, -32004]);
    }
  });

  it('has 20 funded accounts whose keys are the public test keys', async () => {
    expect(chain.devnet.accounts).to.have.length(20);
    expect(chain.devnet.accounts[0]).to.deep.equal({
      address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
    });
    const held = await chain.rpc<string[]>('eth_requestAccounts');
    expect(held).to.deep.equal(chain.devnet.accounts.map(({ address }) => address.toLowerCase()));
    expect(BigInt(await chain.rpc('eth_getBalance', alice, 'latest'))).to.equal(10_000n * 10n ** 18n);
  });

  it('carries out calls made at once one after the other, each in a block of its own', async () => {
    const transfers = Array.from({ length: 300 }, () =>
      chain.rpc('eth_sendTransaction', { from: alice, to: bob, value: '0x1', gas: '0x5208' }),
    );
    const hashes = await Promise.all(transfers);
    expect(new Set(hashes)).to.have.length(300);
    const receipts = await Promise.all(
      hashes.map((hash) => chain.rpc<{ blockNumber: string }>('eth_getTransactionReceipt', hash)),
    );
    const blocks = receipts.map(({ blockNumber }) => Number(blockNumber));
    expect(blocks).to.deep.equal(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it('has each write on disk before it answers, and no read ever', async () => {
    await chain.rpc('eth_getBalance', alice, 'latest');
    const before = await readFile(chain.journal, 'utf8');
    await chain.rpc('hardhat_setBalance', STRANGER, ONE_ETHER);
    const written = (await readFile(chain.journal, 'utf8')).slice(before.length);
    expect(before).not.to.include('eth_getBalance');
    expect(written).to.include(`{"method":"hardhat_setBalance","params":["${STRANGER}","${ONE_ETHER}"]}`);
  });

  it('acts for a wallet without funds by impersonation, at no cost to it', async () => {
    await chain.rpc('hardhat_impersonateAccount', STRANGER);
    const hash = await chain.rpc('eth_sendTransaction', { from: STRANGER, to: bob, gasPrice: '0x0' });
    const receipt = await chain.rpc<{ status: string; from: string }>('eth_getTransactionReceipt', hash);
    expect(receipt).to.include({ status: '0x1', from: STRANGER.toLowerCase() });
    expect(await chain.rpc('eth_getBalance', STRANGER, 'latest')).to.equal('0x0');
  });

  it('mines a transaction that reverts, as real chains do, when its gas is given', async () => {
    const target = await deployReverter();
    const hash = await chain.rpc('eth_sendTransaction', { from: alice, to: target, gas: '0x30000' });
    const receipt = await chain.rpc<{ status: string }>('eth_getTransactionReceipt', hash);
    expect(receipt.status).to.equal('0x0');
  });

  it('refuses to estimate the gas of one that reverts, with its data, and journals nothing', async () => {
    const target = await deployReverter();
    const before = await readFile(chain.journal, 'utf8');
    const error = await rejection(chain.rpc('eth_sendTransaction', { from: alice, to: target }));
    expect(error).to.include({ code: 3, data: `0x${'aa'.padStart(64, '0')}` });
    expect(await readFile(chain.journal, 'utf8')).to.equal(before);
  });

  it('answers a refused transaction with the reason, and goes on', async () => {
    const stranger = chain.rpc('eth_sendTransaction', { from: STRANGER, to: bob, gas: '0x5208' });
    const transfer = chain.rpc('eth_sendTransaction', { from: alice, to: bob });
    expect(await rejection(stranger)).to.include({ code: -32000, message: `Unknown account ${STRANGER}` });
    expect(await transfer).to.match(/^0x[0-9a-f]{64}$/);
  });

  it('calls back after each write that made or undid a block, and after no other', async () => {
    let calls = 0;
    chain.devnet.onBlock(() => {
      calls += 1;
    });
    const snapshot = await chain.rpc('evm_snapshot');
    await chain.rpc('hardhat_setBalance', STRANGER, ONE_ETHER);
    expect(calls).to.equal(0);
    await chain.rpc('evm_mine');
    expect(calls).to.equal(1);
    await chain.rpc('evm_revert', snapshot);
    expect(calls).to.equal(2);
  });

  it('stops what comes after stop() and answers what came before', async () => {
    const before = chain.rpc('eth_sendTransaction', { from: alice, to: bob, gas: '0x5208' });
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = chain.devnet.stop();
    const after = rejection(chain.rpc('evm_mine'));
    expect(await before).to.match(/^0x[0-9a-f]{64}$/);
    expect((await after).message).to.equal('The development chain is stopping');
    await stopped;
  });

  async function deployReverter(): Promise<string> {
    const hash = await chain.rpc('eth_sendTransaction', { from: alice, data: REVERTER });
    const receipt = await chain.rpc<{ contractAddress: string }>('eth_getTransactionReceipt', hash);
    return receipt.contractAddress;
  }
});
