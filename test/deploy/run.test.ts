import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { BrowserProvider, Contract, type Wallet } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { DeployError } from '../../deploy/context.ts';
import { runDeploy } from '../../deploy/run.ts';
import type { RpcProvider } from '../../devchain/server/rpc.ts';
import {
  type Deployment,
  deploymentsFor,
  UnreadableDeployments,
} from '../../indexer/contract/deployments.ts';
import { newTestChain, removeTestChains, type TestChain } from '../devchain/support.ts';
import { rejection } from '../rejection.ts';
import { testWallet } from '../wallets.ts';

const ARTIFACTS = join(import.meta.dirname, '../../artifacts');
/** Where solc's metadata holds the IPFS hash (sha2-256) of the source. */
const SOURCE_HASH = /(a2646970667358221220)[0-9a-f]{64}/;
const STREAM_HOST = 'contracts/StreamHost.sol/StreamHost.json';

describe('runDeploy', () => {
  let chain: TestChain;
  let dir: string;
  let said: string[];
  const providers: BrowserProvider[] = [];

  beforeEach(async () => {
    said = [];
    chain = await newTestChain();
    dir = join(chain.dataDir, 'deployments');
    await chain.start();
  });
  afterEach(async () => {
    for (const provider of providers.splice(0)) provider.destroy();
    await removeTestChains();
  });

  describe('refuses', () => {
    it('to go on where nothing is compiled', async () => {
      const error = await rejection(deploy({ artifactsDir: chain.dataDir }));
      expect(error).to.be.instanceOf(DeployError);
      expect(error.message).to.equal('StreamHost is not compiled: run `npx hardhat build` first.');
    });

    it('a chain that does not know TSTORE and MCOPY', async () => {
      const error = await rejection(deploy({ on: await simulated({ chainId: 1, hardfork: 'shanghai' }) }));
      expect(error).to.be.instanceOf(DeployError);
      expect(error.message).to.match(/does not know TSTORE and MCOPY/);
    });

    it('to write over a file of records that it cannot read', async () => {
      await deploy();
      await writeFile(join(dir, 'localhost.json'), '[{"contract":"StreamHost"}]');
      const error = await rejection(deploy());
      expect(error)
        .to.be.instanceOf(UnreadableDeployments)
        .and.include({ file: join(dir, 'localhost.json') });
      expect(await readFile(join(dir, 'localhost.json'), 'utf8')).to.equal('[{"contract":"StreamHost"}]');
    });
  });

  it('puts StreamHost on the development chain with its short delays, and records it', async () => {
    const [deployed] = await deploy();
    expect(await recorded()).to.deep.equal([deployed]);
    expect(deployed).to.include({ contract: 'StreamHost', blockNumber: 1, chainId: 31337 });
    expect(deployed?.args).to.deep.equal([20, 10]);
    expect(await delaysOf(deployed)).to.deep.equal([20n, 10n]);
    const receipt = await chain.rpc<{ contractAddress: string }>(
      'eth_getTransactionReceipt',
      deployed?.txHash,
    );
    expect(receipt.contractAddress).to.equal(deployed?.address.toLowerCase());
    expect(said.at(-1)).to.equal(`StreamHost is deployed at ${deployed?.address} (localhost, block 1)`);
  });

  it('puts StreamHost on any other chain with days of notice', async () => {
    const on = await simulated({ chainId: 11_155_111 });
    const [deployed] = await deploy({ on, network: 'sepolia' });
    expect(deployed?.args).to.deep.equal([172_800, 86_400]);
    expect(deployed?.chainId).to.equal(11_155_111);
    expect(await delaysOf(deployed, on)).to.deep.equal([172_800n, 86_400n]);
  });

  it('deploys nothing the second time, also after a restart of the chain', async () => {
    const first = await deploy();
    await chain.restart();
    const second = await deploy();
    expect(second).to.deep.equal(first);
    expect(await chain.rpc('eth_blockNumber')).to.equal('0x1');
    expect(said.at(-1)).to.match(/^StreamHost is unchanged at 0x/);
  });

  it('deploys a changed contract beside the old one', async () => {
    const [old] = await deploy();
    const artifactsDir = await changedArtifacts();
    const [changed] = await deploy({ artifactsDir });
    const [again] = await deploy({ artifactsDir });
    expect(changed?.address).not.to.equal(old?.address);
    expect(again).to.deep.equal(changed);
    expect(await recorded()).to.deep.equal([old, changed]);
    expect(await delaysOf(old)).to.deep.equal(await delaysOf(changed));
  });

  it('deploys the old contract anew when the source has gone back to it', async () => {
    const [old] = await deploy();
    await deploy({ artifactsDir: await changedArtifacts() });
    const [back] = await deploy();
    expect((await recorded()).map(({ address }) => address)).to.have.length(3);
    expect((await recorded()).at(-1)).to.deep.equal(back);
    expect(back?.address).not.to.equal(old?.address);
  });

  it('deploys anew on a development chain that was begun anew, and forgets the old one', async () => {
    await deploy();
    await deploy({ artifactsDir: await changedArtifacts() });
    const other = await newTestChain();
    await other.start();
    const [anew] = await deploy({ on: other.devnet.provider });
    expect(await recorded()).to.deep.equal([anew]);
  });

  it('forgets nothing that was deployed on a public chain', async () => {
    const first = await deploy({ on: await simulated({ chainId: 11_155_111 }), network: 'sepolia' });
    const second = await deploy({ on: await simulated({ chainId: 11_155_111 }), network: 'sepolia' });
    const file: unknown = JSON.parse(await readFile(join(dir, 'sepolia.json'), 'utf8'));
    expect(file).to.deep.equal([...first, ...second]);
  });

  it('deploys without recording where no folder is given', async () => {
    const [first] = await runDeploy({ signer: signerOn(chain.devnet.provider), network: 'test' });
    const [second] = await runDeploy({ signer: signerOn(chain.devnet.provider), network: 'test' });
    expect(second?.address).not.to.equal(first?.address);
    expect(await recorded()).to.deep.equal([]);
  });

  function deploy({
    on = chain.devnet.provider,
    network = 'localhost',
    artifactsDir = ARTIFACTS,
  }: {
    on?: RpcProvider;
    network?: string;
    artifactsDir?: string;
  } = {}): Promise<Deployment[]> {
    return runDeploy({ signer: signerOn(on), network, dir, artifactsDir, log: (line) => said.push(line) });
  }

  function recorded(): Promise<Deployment[]> {
    return deploymentsFor({ chainId: 31337, dirs: [dir] });
  }

  function signerOn(on: RpcProvider): Wallet {
    const provider = new BrowserProvider(on, undefined, { cacheTimeout: -1 });
    providers.push(provider);
    return testWallet(0, provider);
  }

  async function delaysOf(deployed?: Deployment, on = chain.devnet.provider): Promise<unknown[]> {
    if (deployed === undefined) throw new Error('nothing was deployed');
    const contract = new Contract(deployed.address, deployed.abi, signerOn(on));
    return [await contract.getFunction('noticeSec')(), await contract.getFunction('withdrawDelaySec')()];
  }

  /** The compiled contract with another hash of its source in its code, as any change of the source gives. */
  async function changedArtifacts(): Promise<string> {
    const changed = join(chain.dataDir, 'changed');
    await cp(join(ARTIFACTS, STREAM_HOST), join(changed, STREAM_HOST));
    const artifact: { bytecode: string } = JSON.parse(await readFile(join(changed, STREAM_HOST), 'utf8'));
    await writeFile(
      join(changed, STREAM_HOST),
      JSON.stringify({
        ...artifact,
        bytecode: artifact.bytecode.replace(SOURCE_HASH, `$1${'5e'.repeat(32)}`),
      }),
    );
    return changed;
  }

  async function simulated(network: { chainId: number; hardfork?: string }): Promise<RpcProvider> {
    const hre = await createHardhatRuntimeEnvironment({
      networks: { simulated: { type: 'edr-simulated', chainType: 'l1', ...network } },
    });
    return (await hre.network.create('simulated')).provider;
  }
});
