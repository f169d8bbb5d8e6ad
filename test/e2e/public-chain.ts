import { join } from 'node:path';
import { type BaseWallet, JsonRpcProvider } from 'ethers';
import { runDeploy } from '../../deploy/run.ts';
import { ContractWallet__factory } from '../../types/ethers-contracts/factories/mocks/ContractWallet__factory.ts';
import { testWallet } from '../wallets.ts';
import { startAnvil } from './anvil.ts';
import { dataFolder, type HostProcess, removeFolder, spawnHost, startHost } from './host.ts';

const SEPOLIA = 11_155_111;
/** Arguments of a node whose blocks come by themselves, also between calls, and become final soon. */
export const BLOCKS_EVERY_SECOND = ['--slots-in-an-epoch', '1', '--mixed-mining', '--block-time', '1'];
/** Tests ask more often than anybody does. */
const NO_LIMITS = {
  RATE_LIMIT_READS_PER_MIN: '0',
  RATE_LIMIT_WRITES_PER_MIN: '0',
  RATE_LIMIT_UPLOADS_PER_MIN: '0',
};

/** A wallet as a person has it: an account, and what signs for it. */
export interface PersonalWallet {
  /** Checksummed. */
  address: string;
  signer: BaseWallet;
}

/**
 * A chain that answers as Sepolia, with the contract deployed as `npx hardhat deploy` does it, and what a person sets in .env
 * to run a host on it. Nothing is written into the project's folder.
 * @param args of its node, which calls nothing final that is younger than 64 blocks unless it is told.
 */
export async function startPublicChain(args: string[] = []) {
  await using parts = new AsyncDisposableStack();
  const chain = await startAnvil({ chainId: SEPOLIA, args });
  parts.defer(() => chain.stop());
  const folder = await dataFolder();
  parts.defer(() => removeFolder(folder));
  const provider = new JsonRpcProvider(chain.url, SEPOLIA, { cacheTimeout: -1, staticNetwork: true });
  provider.pollingInterval = 20;
  parts.defer(() => provider.destroy());

  const wallet = (index: number) => testWallet(index, provider);
  const operator = wallet(0);
  const env = {
    ETH_RPC_URL: chain.url,
    PRIVATEKEY: operator.privateKey,
    DEPLOYMENTS_DIR: join(folder, 'deployments'),
  };
  const [deployed] = await runDeploy({ signer: operator, network: 'sepolia', dir: env.DEPLOYMENTS_DIR });
  if (!deployed) throw new Error('nothing is deployed');
  const running = parts.move();

  async function smartWallet(owner: string): Promise<string> {
    const contract = await new ContractWallet__factory(operator).deploy(owner);
    await contract.waitForDeployment();
    return contract.getAddress();
  }

  return {
    /** Of its node. */
    url: chain.url,
    provider,
    /** Pays for what is relayed. */
    operator,
    contract: deployed.address,
    /** What a host or a script is told in .env, but for its DATA_DIR. */
    env,
    /** The folder that its hosts keep everything in. */
    dataDir: join(folder, 'data'),
    /** A host in a process of its own, that anybody's calls are relayed by. */
    startHost: (more: Record<string, string> = {}): Promise<HostProcess> =>
      startHost({ dataDir: join(folder, 'data'), env: { ...env, ...NO_LIMITS, RELAY: 'open', ...more } }),
    /** A host that is not expected to start; `gone` resolves to how it ended. */
    spawnHost: (more: Record<string, string>) =>
      spawnHost({ dataDir: join(folder, 'other'), env: { ...env, ...more } }),
    /** A funded test account with a plain key. */
    plain: (index: number): PersonalWallet => ({ address: wallet(index).address, signer: wallet(index) }),
    /** A smart wallet whose code accepts signatures of the test account (ERC-1271). */
    async smart(index: number): Promise<PersonalWallet> {
      const signer = wallet(index);
      return { address: await smartWallet(signer.address), signer };
    },
    /** A test account that borrows the code of a smart wallet (EIP-7702) and signs with its plain key. */
    async delegated(index: number): Promise<PersonalWallet> {
      const signer = wallet(index);
      const address = await smartWallet(wallet(9).address);
      const nonce = (await signer.getNonce()) + 1;
      const authorization = await signer.authorize({ address, nonce, chainId: SEPOLIA });
      const sent = { type: 4, to: signer.address, authorizationList: [authorization] };
      await (await signer.sendTransaction(sent)).wait();
      return { address: signer.address, signer };
    },
    /** The chain is gone; the rest goes with `stop`. */
    stopNode: () => chain.stop(),
    stop: () => running.disposeAsync(),
  };
}

export type PublicChain = Awaited<ReturnType<typeof startPublicChain>>;
