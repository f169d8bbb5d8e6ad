import { join } from 'node:path';
import { BrowserProvider, Wallet } from 'ethers';
import { configVariable } from 'hardhat/config';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { errorResult, successfulResult } from 'hardhat/utils/result';
import { publicTestAccounts } from '../devchain/accounts.ts';
import { isPrivateKey } from '../indexer/config/private-key.ts';
import { httpUrl } from '../indexer/config/values.ts';
import { DeployError } from './context.ts';
import { type DeployEnv, readDeployEnv, withPrefix } from './env.ts';
import { runDeploy } from './run.ts';
import { publishSources } from './verify.ts';

const LOCAL = 'localhost';

/** `npx hardhat deploy [--network localhost|sepolia|…] [--verify]`: builds, deploys what is new, records it. */
export default async function deployTask({ verify }: { verify: boolean }, hre: HardhatRuntimeEnvironment) {
  const refusal = await deployOn(hre, readDeployEnv(process.env), verify);
  if (refusal === null) return successfulResult();
  console.error(refusal);
  return errorResult();
}

/** @returns what a person has to put right, in one line; `null` where all is in place. */
export async function deployOn(
  hre: HardhatRuntimeEnvironment,
  env: DeployEnv,
  verify = false,
): Promise<string | null> {
  const network = hre.globalOptions.network ?? LOCAL;
  try {
    if (verify) requirePublishing(network, env);
    const expectedChainId = expectedChain(hre, network);
    const key = await deployerKey(hre, env, network);
    const provider = await connect(hre, network, env, expectedChainId);
    await hre.tasks.getTask('build').run({ quiet: true, noTests: true });
    const dir = network === LOCAL ? join(env.dataDir, 'deployments') : env.deploymentsDir;
    const deployed = await runDeploy({ signer: new Wallet(key, provider), network, dir, log: console.log });
    if (verify) await publishSources(hre, deployed, env);
    return null;
  } catch (error) {
    return inOneLine(error, network);
  }
}

/** Whether sources can be published at all, before anything is deployed. */
function requirePublishing(network: string, { sourcifyUrl }: DeployEnv): void {
  if (network === LOCAL) throw new DeployError('Nobody looks up sources of the development chain.');
  if (sourcifyUrl === undefined || httpUrl.safeParse(sourcifyUrl).success) return;
  throw new DeployError('SOURCIFY_URL is no address of http or https.');
}

/** The chain id of a configured network, undefined where it may be any. */
function expectedChain(hre: HardhatRuntimeEnvironment, network: string): number | undefined {
  const config = hre.config.networks[network];
  if (config?.type === 'http') return config.chainId;
  const known = Object.entries(hre.config.networks).flatMap(([name, { type }]) =>
    type === 'http' ? name : [],
  );
  throw new DeployError(`There is no network ${network} to deploy to: choose from ${known.join(', ')}.`);
}

/** The environment's, or the one in Hardhat's keystore; on the development chain else the first test account's. */
async function deployerKey(
  hre: HardhatRuntimeEnvironment,
  { privateKey }: DeployEnv,
  network: string,
): Promise<string> {
  const other = () => (network === LOCAL ? publicTestAccounts()[0]?.privateKey : storedKey(hre));
  const key = privateKey ?? (await other());
  if (key === undefined) {
    throw new DeployError(
      `PRIVATEKEY is not set: put the key that pays on ${network} into .env, or into the keystore by \`npx hardhat keystore set PRIVATEKEY\`.`,
    );
  }
  if (!isPrivateKey(key)) throw new DeployError('PRIVATEKEY is not a private key: 0x and 64 hex digits.');
  return key;
}

/** What the keystore holds as PRIVATEKEY; it asks for its password. Hardhat asks none where CI is set. */
async function storedKey(hre: HardhatRuntimeEnvironment): Promise<string | undefined> {
  // Hardhat takes a variable for set that .env leaves blank.
  if (process.env.PRIVATEKEY?.trim() === '') delete process.env.PRIVATEKEY;
  const variable = configVariable('PRIVATEKEY');
  const none = async () => '';
  const key = await hre.hooks.runHandlerChain('configurationVariables', 'fetchValue', [variable], none);
  return withPrefix(key.trim()) || undefined;
}

/** The network's provider, once its chain has answered and is the one that was asked for. */
async function connect(
  hre: HardhatRuntimeEnvironment,
  network: string,
  env: DeployEnv,
  expectedChainId: number | undefined,
): Promise<BrowserProvider> {
  if (network !== LOCAL && env.rpcUrl === undefined) {
    throw new DeployError(
      `ETH_RPC_URL is not set to an http(s) address: put an RPC of ${network} into .env.`,
    );
  }
  const { provider } = await hre.network.getOrCreate(network);
  const answer = await provider.request({ method: 'eth_chainId' }).catch((cause: unknown) => {
    throw new DeployError(unreachable(network, env), { cause });
  });
  const chainId = Number(answer);
  if (expectedChainId !== undefined && expectedChainId !== chainId) {
    throw new DeployError(
      `ETH_RPC_URL leads to chain ${chainId}, but ${network} is chain ${expectedChainId}.`,
    );
  }
  return new BrowserProvider(provider, undefined, { cacheTimeout: -1 });
}

function unreachable(network: string, { devnetUrl, rpcUrl }: DeployEnv): string {
  return network === LOCAL
    ? `No chain answers at ${devnetUrl}: run \`npm start\` first, and leave it running.`
    : `The RPC of ${network} at ${hostOf(rpcUrl)} does not answer: check ETH_RPC_URL in .env.`;
}

/** Without path and query, which often hold a secret. */
function hostOf(url = ''): string {
  return URL.parse(url)?.host ?? 'an address that is no URL';
}

function inOneLine(error: unknown, network: string): string {
  if (error instanceof DeployError) return error.message;
  return `Deploying on ${network} failed: ${reasonOf(error).split('\n')[0]}`;
}

/** ethers wraps a node's refusal in a message that repeats the whole transaction; the node's words say more. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('error' in error && error.error !== undefined) return reasonOf(error.error);
  if ('shortMessage' in error) return String(error.shortMessage);
  return 'message' in error ? String(error.message) : String(error);
}
