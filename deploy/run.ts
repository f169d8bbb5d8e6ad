import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  ContractFactory,
  formatEther,
  keccak256,
  type Provider,
  type Signer,
  type TransactionLike,
  ZeroAddress,
} from 'ethers';
import { DEVNET_CHAIN_ID } from '../devchain/accounts.ts';
import { type Deployment, readDeployments } from '../indexer/contract/deployments.ts';
import { replaceFile } from '../indexer/lib/durable-file.ts';
import deployStreamHost from './01-stream-host.ts';
import { readArtifact } from './artifact.ts';
import { type DeployContext, DeployError, type DeployScript } from './context.ts';
import { create2Place, create2Transaction, originOf } from './create2.ts';

/** The numbered scripts of this folder, in their order. */
const SCRIPTS: readonly DeployScript[] = [deployStreamHost];

export interface DeployOptions {
  /** Pays; its provider is the chain. */
  readonly signer: Signer;
  /** Names the file of records: `<dir>/<network>.json`. */
  readonly network: string;
  /** Where records are kept; without it nothing is recorded, so everything is deployed. */
  readonly dir?: string;
  readonly artifactsDir?: string;
  readonly log?: (line: string) => void;
}

/**
 * Runs the scripts in order. Resolves to what is in place for each, deployed now or
 * before. Throws DeployError for what a person can put right.
 */
export async function runDeploy(options: DeployOptions): Promise<Deployment[]> {
  const { provider } = options.signer;
  if (provider === null) throw new DeployError('The signer has no provider to deploy through.');
  const chainId = Number((await provider.getNetwork()).chainId);
  const context: DeployContext = {
    chainId,
    provider,
    deploy: (contract, args) => deployOnce({ ...options, provider, chainId }, contract, args),
  };
  const done: Deployment[] = [];
  for (const script of SCRIPTS) done.push(await script(context));
  return done;
}

type Running = DeployOptions & { provider: Provider; chainId: number };

async function deployOnce(
  running: Running,
  contract: string,
  args: readonly (string | number | boolean)[],
): Promise<Deployment> {
  const { dir, network, chainId, log = () => {} } = running;
  const artifactsDir = running.artifactsDir ?? join(import.meta.dirname, '..', 'artifacts');
  const { abi, bytecode } = await readArtifact(artifactsDir, contract);
  const { data: initCode } = await new ContractFactory(abi, bytecode).getDeployTransaction(...args);
  const initCodeHash = keccak256(initCode);

  const file = dir === undefined ? undefined : join(dir, `${network}.json`);
  const records = file === undefined ? [] : await readDeployments(file);
  const newest = records.findLast((record) => record.contract === contract && record.chainId === chainId);
  if (newest?.initCodeHash === initCodeHash && (await hasCode(running.provider, newest.address))) {
    log(`${contract} is unchanged at ${newest.address} (${network}, block ${newest.blockNumber})`);
    return newest;
  }

  const placed = await put(running, contract, initCode, records);
  const deployment = { contract, ...placed, initCodeHash, args: [...args], chainId, abi };
  if (file !== undefined) await writeRecords(file, [...(await standing(running, records)), deployment]);
  log(`${contract} is deployed at ${placed.address} (${network}, block ${placed.blockNumber})`);
  return deployment;
}

type Placed = Pick<Deployment, 'address' | 'blockNumber' | 'txHash'>;

/**
 * At the one address that it has on all chains, where the chain can do that and unless it is there already;
 * otherwise at the next address of the signer.
 */
async function put(
  running: Running,
  contract: string,
  initCode: string,
  records: readonly Deployment[],
): Promise<Placed> {
  const { provider } = running;
  const place = await create2Place(provider, initCode);
  if (place === undefined) return await send(running, contract, { data: initCode });
  if (!(await hasCode(provider, place))) {
    return await send(running, contract, create2Transaction(initCode), place);
  }
  const known = records.findLast(({ address }) => address === place);
  const { blockNumber, txHash } = known ?? (await originOf(provider, place, initCode));
  return { address: place, blockNumber, txHash };
}

async function send(
  { signer, provider, log = () => {} }: Running,
  contract: string,
  call: { to?: string; data: string },
  place?: string,
): Promise<Placed> {
  const transaction = await signer.populateTransaction(call);
  await requireFunds(provider, transaction);
  const sent = await signer.sendTransaction(transaction);
  log(`${contract}: transaction ${sent.hash} is sent, waiting for its block`);
  const receipt = await sent.wait();
  const address = place ?? receipt?.contractAddress;
  if (receipt == null || address == null || !(await hasCode(provider, address))) {
    throw new DeployError(`${contract} was not created by ${sent.hash}.`);
  }
  return { address, blockNumber: receipt.blockNumber, txHash: sent.hash };
}

async function requireFunds(provider: Provider, transaction: TransactionLike): Promise<void> {
  const { from, gasLimit, maxFeePerGas, gasPrice } = transaction;
  const costWei = BigInt(gasLimit ?? 0) * BigInt(maxFeePerGas ?? gasPrice ?? 0);
  const balanceWei = await provider.getBalance(from ?? ZeroAddress);
  if (balanceWei >= costWei) return;
  throw new DeployError(
    `${from} has ${formatEther(balanceWei)} coins, and deploying may cost ${formatEther(costWei)}: fund it first.`,
  );
}

/**
 * The records to keep. On public chains all; a development chain may have been deleted and begun anew, and
 * what stood on the old one is nowhere now.
 */
async function standing(
  { chainId, provider }: Running,
  records: readonly Deployment[],
): Promise<Deployment[]> {
  if (chainId !== DEVNET_CHAIN_ID) return [...records];
  const there = await Promise.all(records.map(({ address }) => hasCode(provider, address)));
  return records.filter((_, index) => there[index]);
}

async function hasCode(provider: Provider, address: string): Promise<boolean> {
  return (await provider.getCode(address)) !== '0x';
}

/** Replaces the file in one step, so that a crash leaves the old list or the new one. */
async function writeRecords(file: string, records: readonly Deployment[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(file, `${JSON.stringify(records, null, 2)}\n`);
}
