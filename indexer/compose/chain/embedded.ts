import {
  type JsonRpcApiProvider,
  JsonRpcSigner,
  parseEther,
  type TransactionLike,
  type TransactionRequest,
  toQuantity,
  Wallet,
} from 'ethers';
import { runDeploy } from '../../../deploy/run.ts';
import { DEVNET_CHAIN_ID } from '../../../devchain/accounts.ts';
import { type Devnet, startDevnet } from '../../../devchain/devnet.ts';
import { createWritingPages } from '../../../devchain/server/pages.ts';
import type { Config } from '../../config/config.ts';
import type { Paths } from '../../config/paths.ts';
import { createImpersonator } from '../../relay/impersonator.ts';
import { createProviderRpc } from '../../rpc/rpc.ts';
import { ChainUnusable, findDeployments, LOOPBACK, type OpenChain } from './chain.ts';
import { RpcProvider } from './rpc-provider.ts';

/** The development chain in this process, with the newest contract deployed. @throws {ChainUnusable} */
export async function openEmbedded(
  config: Config,
  { ownDeployments: dir }: Paths,
  log: (line: string) => void,
): Promise<OpenChain> {
  if (!LOOPBACK.test(config.host)) {
    throw new ChainUnusable(
      `HOST is ${config.host}, but the embedded chain signs for anybody who asks: set HOST to 127.0.0.1, or ETH_RPC_URL to a real chain.`,
    );
  }
  const pages = createWritingPages(config.corsOrigins);
  const devnet = await startDevnet({ dataDir: config.dataDir, port: config.devnetPort, pages, log });
  try {
    const rpc = createProviderRpc(devnet.provider);
    const provider = new RpcProvider(rpc, DEVNET_CHAIN_ID);
    provider.pollingInterval = 50;
    const operator = operatorOf(devnet, provider);
    const signer = new DeployingAccount(provider, operator.address);
    await runDeploy({ signer, network: 'localhost', dir, log });
    const { deployments, contract } = await findDeployments(DEVNET_CHAIN_ID, [dir], config);
    devnet.protect([operator.address, ...deployments.map(({ address }) => address)]);
    return {
      rpc,
      provider,
      deployments,
      facts: {
        ...{ chainId: DEVNET_CHAIN_ID, name: 'development', contract, rpcUrl: devnet.url },
        confirmations: 0,
      },
      isEmbedded: true,
      unsigned: createImpersonator({ provider: devnet.provider }),
      operator,
      pace: { pollMs: 50, shorterChainTimeoutMs: 0 },
      description: `development chain 31337 at ${devnet.url} (ETH_RPC_URL for another, DEVNET_PORT)`,
      servesPageAt: pages.servedAt,
      onBlock: devnet.onBlock,
      async [Symbol.asyncDispose]() {
        provider.destroy();
        await devnet.stop();
      },
    };
  } catch (error) {
    await devnet.stop();
    throw error;
  }
}

function operatorOf({ accounts: [first] }: Devnet, provider: JsonRpcApiProvider): Wallet {
  if (!first) throw new ChainUnusable('The development chain has no account.');
  return new Wallet(first.privateKey, provider);
}

/**
 * Can deploy whatever was done to the chain: others may have stopped its mining, or taken the money. The chain signs for
 * its own account, in a tenth of the time that ethers takes for a whole contract.
 */
class DeployingAccount extends JsonRpcSigner {
  override async populateTransaction(transaction: TransactionRequest): Promise<TransactionLike<string>> {
    const ask = (method: string, ...params: unknown[]) => this.provider.send(method, params);
    await ask('evm_setAutomine', true);
    await ask('hardhat_setBalance', this.address, toQuantity(parseEther('10000')));
    const newest = await this.provider.getBlock('latest');
    if (newest?.baseFeePerGas) {
      await ask('hardhat_setNextBlockBaseFeePerGas', '0x0');
      await ask('evm_mine');
    }
    return await super.populateTransaction(transaction);
  }
}
