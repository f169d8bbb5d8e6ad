import {
  computeAddress,
  type JsonRpcApiProvider,
  parseEther,
  type TransactionLike,
  type TransactionRequest,
  toQuantity,
  Wallet,
} from 'ethers';
import { runDeploy } from '../../deploy/run.ts';
import { DEVNET_CHAIN_ID, type TestAccount } from '../../devchain/accounts.ts';
import { type Devnet, startDevnet } from '../../devchain/devnet.ts';
import { createWritingPages } from '../../devchain/server/pages.ts';
import type { Config } from '../config/config.ts';
import type { Places } from '../config/paths.ts';
import { createUnsignedDoor, type UnsignedDoor } from '../contract/calls/writer.ts';
import { requireCode } from '../contract/contract-code.ts';
import { deploymentsFor } from '../contract/deployments.ts';
import { BaseError, messageOf } from '../lib/errors.ts';
import { createHttpRpc } from '../rpc/http.ts';
import { RpcProvider } from '../rpc/provider.ts';
import { call, createFailoverRpc, createProviderRpc, type Rpc } from '../rpc/rpc.ts';

/** The chain that this host follows, embedded or somebody's endpoint, with the contract found on it. */
export interface OpenChain extends AsyncDisposable {
  rpc: Rpc;
  provider: JsonRpcApiProvider;
  /** Every deployment to index, the one to write to last. */
  deployments: { address: string; startBlock: number }[];
  facts: {
    chainId: number;
    name: string;
    contract: string;
    /** Where pages and wallets on this machine reach the embedded chain; `null` for a remote one. */
    rpcUrl: string | null;
  };
  /** Acts for any wallet; `null` off the embedded chain, where wallets sign for themselves. */
  unsigned: UnsignedDoor | null;
  /** The operator's key: PRIVATEKEY, on the embedded chain its first account. */
  operator: Wallet | null;
  /** How the indexer follows this chain. */
  pace: { pollMs: number; shorterChainTimeoutMs: number };
  /** For the person who starts the host. */
  description: string;
  accountsTable: string;
  /** The host's own page is served there: it may write to the embedded chain. */
  servesPageAt(port: number): void;
  /** Calls back after each call that may have made a block; never called for a remote chain. */
  onBlock(listener: () => void): unknown;
}

/** The chain can't be used as configured; the message says which variable to look at. */
export class ChainUnusable extends BaseError {}

const MAINNET = 1;
const CHAIN_NAMES: Readonly<Record<number, string>> = { 1: 'mainnet', 11155111: 'sepolia', 560048: 'hoodi' };
const LOOPBACK = /^(127(\.\d+){3}|::1|localhost)$/;

/** @throws {ChainUnusable} and the embedded chain's own errors, each with a message for a person. */
export function openChain(config: Config, at: Places, log: (line: string) => void): Promise<OpenChain> {
  return config.rpcUrls.length === 0 ? openEmbedded(config, at, log) : openRemote(config, at);
}

async function openEmbedded(config: Config, at: Places, log: (line: string) => void): Promise<OpenChain> {
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
    await deployOnEmbedded(new DeployingWallet(operator.privateKey, provider), at, log);
    const { deployments, contract } = await findDeployments(DEVNET_CHAIN_ID, [at.ownDeployments], config);
    devnet.keep([operator.address, ...deployments.map(({ address }) => address)]);
    return {
      rpc,
      provider,
      deployments,
      facts: { chainId: DEVNET_CHAIN_ID, name: 'development', contract, rpcUrl: devnet.url },
      unsigned: createUnsignedDoor({ provider: devnet.provider }),
      operator,
      pace: { pollMs: 50, shorterChainTimeoutMs: 0 },
      description: `development chain 31337 at ${devnet.url} (ETH_RPC_URL for another, DEVNET_PORT)`,
      accountsTable: accountsTable(devnet.accounts),
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

/** Can deploy whatever was done to the chain: others may have stopped its mining, or taken the money. */
class DeployingWallet extends Wallet {
  override async populateTransaction(transaction: TransactionRequest): Promise<TransactionLike<string>> {
    const ask = (method: string, ...params: unknown[]) =>
      (this.provider as JsonRpcApiProvider).send(method, params);
    await ask('evm_setAutomine', true);
    await ask('hardhat_setBalance', this.address, toQuantity(parseEther('10000')));
    const newest = await this.provider?.getBlock('latest');
    if (newest?.baseFeePerGas) {
      await ask('hardhat_setNextBlockBaseFeePerGas', '0x0');
      await ask('evm_mine');
    }
    return await super.populateTransaction(transaction);
  }
}

async function deployOnEmbedded(
  signer: Wallet,
  { ownDeployments }: Places,
  log: (line: string) => void,
): Promise<void> {
  await runDeploy({ signer, network: 'localhost', dir: ownDeployments, log });
}

async function openRemote(config: Config, at: Places): Promise<OpenChain> {
  const rpc = createFailoverRpc(config.rpcUrls.map((url) => createHttpRpc({ url })));
  const chainId = await reachedChainId(rpc);
  requireColdProvider(config, chainId);
  const provider = new RpcProvider(rpc, chainId);
  const { deployments, contract } = await findDeployments(chainId, at.deployments, config);
  await requireCode(
    rpc,
    deployments.map(({ address }) => address),
    chainId,
  );
  const name = CHAIN_NAMES[chainId] ?? `chain ${chainId}`;
  return {
    rpc,
    provider,
    deployments,
    facts: { chainId, name, contract, rpcUrl: null },
    unsigned: null,
    operator: config.privateKey === undefined ? null : new Wallet(config.privateKey, provider),
    pace: { pollMs: 500, shorterChainTimeoutMs: 30_000 },
    description: `${name}, by ETH_RPC_URL`,
    accountsTable: '',
    servesPageAt: () => {},
    onBlock: () => {},
    async [Symbol.asyncDispose]() {
      provider.destroy();
    },
  };
}

/** A key that is stolen is not to hold what a host has earned: it does where it is itself the provider's wallet. */
function requireColdProvider({ privateKey, providerWallet }: Config, chainId: number): void {
  if (chainId !== MAINNET || privateKey === undefined) return;
  const own = computeAddress(privateKey).toLowerCase();
  if (providerWallet !== undefined && providerWallet.toLowerCase() !== own) return;
  throw new ChainUnusable(
    'On mainnet earnings do not belong to the key of a host: set PROVIDER_WALLET to a wallet that is not on this machine, then run npm run provide -- --setup.',
  );
}

async function reachedChainId(rpc: Rpc): Promise<number> {
  try {
    return Number(await call(rpc, 'eth_chainId', []));
  } catch (cause) {
    throw new ChainUnusable(`No endpoint of ETH_RPC_URL answers: ${messageOf(cause)}`, { cause });
  }
}

async function findDeployments(chainId: number, dirs: string[], { contractAddress }: Config) {
  const listed = await deploymentsFor({ chainId, dirs });
  const deployments = listed.map(({ address, blockNumber }) => ({ address, startBlock: blockNumber }));
  const contract = contractAddress ?? listed.at(-1)?.address;
  if (contract === undefined) {
    throw new ChainUnusable(
      `No StreamHost is known on chain ${chainId}: run npx hardhat deploy --network NAME, or set CONTRACT_ADDRESS.`,
    );
  }
  const known = deployments.some(({ address }) => address.toLowerCase() === contract.toLowerCase());
  if (!known) deployments.push({ address: contract, startBlock: 0 });
  return { deployments, contract };
}

function accountsTable(accounts: readonly TestAccount[]): string {
  const rows = accounts.map(({ address, privateKey }) => `  ${address}  ${privateKey}\n`).join('');
  return `Funded accounts with PUBLIC TEST KEYS, never send real money to them:\n${rows}\n`;
}
