import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { readDeployEnv } from '../../deploy/env.ts';
import { deployOn } from '../../deploy/task.ts';
import { node, runChild } from '../child.ts';
import { newTestChain, removeTestChains, type TestChain } from '../devchain/support.ts';

const ROOT = join(import.meta.dirname, '../..');
const HARDHAT = join(ROOT, 'node_modules/hardhat/dist/src/cli.js');
/** Blank counts as unset, and keeps the variable from being read of the developer's own .env. */
const NOTHING_SET = { PRIVATEKEY: '', ETH_RPC_URL: '', ETHERSCAN_API_KEY: '' };
const SOME_KEY = `0x${'11'.repeat(32)}`;

describe('npx hardhat deploy', () => {
  let chain: TestChain;

  beforeEach(async () => {
    chain = await newTestChain();
    await chain.start();
  });
  afterEach(removeTestChains);

  describe('says in one line, and ends with 1, when', () => {
    it('no node runs on localhost', async () => {
      const { port } = chain.devnet;
      await chain.devnet.stop();
      expect(await hardhat([], { DEVNET_PORT: String(port) })).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `No chain answers at http://127.0.0.1:${port}: run \`npm start\` first, and leave it running.\n`,
      });
    });

    it('the key for a public chain is missing, or blank', async () => {
      for (const PRIVATEKEY of ['', ' ']) {
        const said =
          'PRIVATEKEY is not set: put the key that pays on sepolia into .env, or into the keystore by `npx hardhat keystore set PRIVATEKEY`.';
        expect(await refusal('sepolia', { PRIVATEKEY })).to.equal(said);
      }
    });

    it('the key is none', async () => {
      const said = 'PRIVATEKEY is not a private key: 0x and 64 hex digits.';
      expect(await refusal('localhost', { PRIVATEKEY: '0x1234' })).to.equal(said);
    });

    it('the RPC address is missing', async () => {
      const said = /^ETH_RPC_URL is not set to an http\(s\) address: .*sepolia.*$/;
      expect(await refusal('sepolia', { PRIVATEKEY: SOME_KEY, ETH_RPC_URL: '' })).to.match(said);
    });

    it('the RPC does not answer; the line does not show what may be a secret', async () => {
      const { port } = chain.devnet;
      await chain.devnet.stop();
      const url = `http://127.0.0.1:${port}/v3/secret`;
      expect(await refusal('sepolia', { PRIVATEKEY: SOME_KEY, ETH_RPC_URL: url })).to.equal(
        `The RPC of sepolia at 127.0.0.1:${port} does not answer: check ETH_RPC_URL in .env.`,
      );
    });

    it('the RPC is of another chain', async () => {
      const env = { PRIVATEKEY: SOME_KEY, ETH_RPC_URL: chain.devnet.url };
      expect(await refusal('sepolia', env)).to.equal(
        'ETH_RPC_URL leads to chain 31337, but sepolia is chain 11155111.',
      );
    });

    it('the account cannot pay', async () => {
      const { code, stderr } = await hardhat([], { PRIVATEKEY: SOME_KEY });
      expect(code).to.equal(1);
      expect(stderr).to.match(/^0x\w{40} has 0\.0 coins, and deploying may cost 0\.0\d+: fund it first\.\n$/);
    });

    it('the network is unknown', async () => {
      const { code, stderr } = await hardhat(['--network', 'moon'], {});
      expect(code).to.equal(1);
      expect(stderr).to.match(
        /^There is no network moon to deploy to: choose from localhost, mainnet, sepolia, .*\n$/,
      );
    });
  });

  it('deploys on localhost with the first test key, once', async () => {
    const first = await hardhat([], {});
    expect(first.stderr).to.equal('');
    expect(first.code).to.equal(0);
    const file = join(chain.dataDir, 'deployments', 'localhost.json');
    const [deployed, ...more] = JSON.parse(await readFile(file, 'utf8')) as {
      address: string;
      txHash: string;
    }[];
    expect(more).to.deep.equal([]);
    expect(first.stdout).to.include(`StreamHost is deployed at ${deployed?.address} (localhost, block 1)`);
    const sent = await chain.rpc<{ from: string }>('eth_getTransactionByHash', deployed?.txHash);
    expect(sent.from).to.equal(chain.devnet.accounts[0]?.address.toLowerCase());

    const second = await hardhat(['--network', 'localhost'], {});
    expect(second).to.include({ code: 0, stderr: '' });
    expect(second.stdout).to.include(`StreamHost is unchanged at ${deployed?.address}`);
    expect(await chain.rpc('eth_blockNumber')).to.equal('0x1');
  });

  it('pays with PRIVATEKEY where it is set, also written without 0x', async () => {
    const account = chain.devnet.accounts[3];
    const { code, stdout } = await hardhat([], { PRIVATEKEY: account?.privateKey.slice(2) ?? '' });
    expect(code).to.equal(0);
    const txHash = /transaction (0x\w+) is sent/.exec(stdout)?.[1];
    const sent = await chain.rpc<{ from: string }>('eth_getTransactionByHash', txHash);
    expect(sent.from).to.equal(account?.address.toLowerCase());
  });

  /** Within this process, on networks as the configuration has them: what is refused before anything is built. */
  async function refusal(network: string, env: Record<string, string>): Promise<string | null> {
    const url = env.ETH_RPC_URL || chain.devnet.url;
    const networks = {
      localhost: { type: 'http', url: chain.devnet.url },
      sepolia: { type: 'http', chainType: 'l1', chainId: 11_155_111, url },
    } as const;
    const hre = await createHardhatRuntimeEnvironment({ networks }, { network });
    return await deployOn(hre, readDeployEnv({ ...NOTHING_SET, DATA_DIR: chain.dataDir, ...env }));
  }

  async function hardhat(args: string[], env: Record<string, string>) {
    const own = { DEVNET_PORT: String(chain.devnet.port), DATA_DIR: chain.dataDir };
    const { how: code, ...printed } = await runChild(node(HARDHAT, 'deploy', ...args), {
      ...NOTHING_SET,
      ...own,
      ...env,
    });
    return { code, ...printed };
  }
});
