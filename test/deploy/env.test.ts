import { expect } from 'chai';
import { readDeployEnv } from '../../deploy/env.ts';

const KEY = '11'.repeat(32);

describe('readDeployEnv', () => {
  it('takes a blank variable for one that is not set', () => {
    const blank = {
      ETH_RPC_URL: ' ',
      PRIVATEKEY: '',
      DATA_DIR: '',
      DEPLOYMENTS_DIR: ' ',
      DEVNET_PORT: ' ',
      ETHERSCAN_API_KEY: '',
      SOURCIFY_URL: ' ',
    };
    expect(readDeployEnv(blank)).to.deep.equal(readDeployEnv({}));
    expect(readDeployEnv({})).to.deep.equal({
      rpcUrl: undefined,
      privateKey: undefined,
      dataDir: '.data',
      deploymentsDir: 'deployments',
      devnetUrl: 'http://127.0.0.1:8545',
      etherscanKey: undefined,
      sourcifyUrl: undefined,
    });
  });

  it('takes the first of several RPCs', () => {
    const { rpcUrl } = readDeployEnv({ ETH_RPC_URL: 'https://one.example/key , https://two.example' });
    expect(rpcUrl).to.equal('https://one.example/key');
  });

  for (const text of ['one.example', 'ws://one.example', ', https://two.example']) {
    it(`takes no RPC from "${text}"`, () => {
      expect(readDeployEnv({ ETH_RPC_URL: text }).rpcUrl).to.equal(undefined);
    });
  }

  it('takes a key with and without 0x', () => {
    expect(readDeployEnv({ PRIVATEKEY: KEY }).privateKey).to.equal(`0x${KEY}`);
    expect(readDeployEnv({ PRIVATEKEY: `0x${KEY}` }).privateKey).to.equal(`0x${KEY}`);
  });
});
