import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BrowserProvider, Contract, type Provider, type Wallet } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { DeployError } from '../../deploy/context.ts';
import { CREATE2_DEPLOYER, CREATE2_DEPLOYER_CODE } from '../../deploy/create2.ts';
import { runDeploy } from '../../deploy/run.ts';
import type { RpcProvider } from '../../devchain/server/rpc.ts';
import { type Deployment, readDeployments } from '../../indexer/contract/deployments.ts';
import { rejection } from '../rejection.ts';
import { testWallet } from '../wallets.ts';

const DAY_SEC = 86_400n;

describe('runDeploy on a chain with the deterministic deployer', () => {
  const providers: BrowserProvider[] = [];
  const dirs: string[] = [];
  let dir: string;

  beforeEach(async () => {
    dir = await newDir();
  });
  afterEach(async () => {
    for (const provider of providers.splice(0)) provider.destroy();
    for (const one of dirs.splice(0)) await rm(one, { recursive: true });
  });

  it('puts the contract at the same address on every chain, whoever sends it', async () => {
    const [one, other] = [await chainWithDeployer(11_155_111), await chainWithDeployer(560_048)];
    const [first] = await deploy(one, 0);
    const [second] = await deploy(other, 3);
    expect(second?.address).to.equal(first?.address);
    expect([first?.chainId, second?.chainId]).to.deep.equal([11_155_111, 560_048]);
    const contract = new Contract(second?.address ?? '', second?.abi ?? [], signerOn(other, 3));
    expect(await contract.getFunction('withdrawDelaySec')()).to.equal(DAY_SEC);
  });

  it('takes down what somebody else put there, with its block and transaction, and sends nothing', async () => {
    const chain = await chainWithDeployer(11_155_111);
    const [theirs] = await deploy(chain, 3, { dir: await newDir() });
    await chain.request({ method: 'hardhat_mine', params: ['0x5'] });
    const [mine] = await deploy(chain, 0);
    expect(mine).to.deep.equal(theirs);
    expect(await recorded()).to.deep.equal([theirs]);
    expect(await providerOn(chain).getBlockNumber()).to.equal((theirs?.blockNumber ?? 0) + 5);
  });

  it('says so where the endpoint does not know since when it stands there', async () => {
    const chain = await chainWithDeployer(11_155_111);
    await deploy(chain, 3, { dir: await newDir() });
    await chain.request({ method: 'hardhat_mine', params: ['0x5'] });
    const error = await rejection(deploy(pruned(chain), 0));
    expect(error).to.be.instanceOf(DeployError);
    expect(error.message).to.match(/^The contract stands at 0x\w{40} already, .*: try an archive node\.$/);
    expect(await recorded()).to.deep.equal([]);
  });

  it('trusts no other code at the deployer’s address', async () => {
    const chain = await chainWithDeployer(11_155_111, `${CREATE2_DEPLOYER_CODE}00`);
    const [deployed] = await deploy(chain, 0);
    const receipt = await providerOn(chain).getTransactionReceipt(deployed?.txHash ?? '');
    expect(receipt?.contractAddress).to.equal(deployed?.address);
  });

  async function deploy(on: RpcProvider, account: number, { dir: own = dir } = {}): Promise<Deployment[]> {
    return await runDeploy({ signer: signerOn(on, account), network: 'public', dir: own });
  }

  async function newDir(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'stream-host-deploy-'));
    dirs.push(made);
    return made;
  }

  async function recorded(): Promise<Deployment[]> {
    return await readDeployments(join(dir, 'public.json'));
  }

  function providerOn(on: RpcProvider): Provider {
    const provider = new BrowserProvider(on, undefined, { cacheTimeout: -1 });
    providers.push(provider);
    return provider;
  }

  function signerOn(on: RpcProvider, account: number): Wallet {
    return testWallet(account, providerOn(on));
  }
});

async function chainWithDeployer(chainId: number, code = CREATE2_DEPLOYER_CODE): Promise<RpcProvider> {
  const hre = await createHardhatRuntimeEnvironment({
    networks: { simulated: { type: 'edr-simulated', chainType: 'l1', chainId } },
  });
  const { provider } = await hre.network.create('simulated');
  await provider.request({ method: 'hardhat_setCode', params: [CREATE2_DEPLOYER, code] });
  return provider;
}

/** The same chain through an endpoint that knows no state but the last. */
function pruned(chain: RpcProvider): RpcProvider {
  return {
    request: async (call) => {
      const [, block] = Array.isArray(call.params) ? call.params : [];
      if (call.method === 'eth_getCode' && block !== 'latest') throw new Error('missing trie node');
      return await chain.request(call);
    },
  };
}
