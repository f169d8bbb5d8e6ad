import { existsSync } from 'node:fs';
import { type JsonRpcApiProvider, Wallet } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { findDeployments } from '../../indexer/compose/chain/chain.ts';
import { RpcProvider } from '../../indexer/compose/chain/rpc-provider.ts';
import { type Config, readConfig } from '../../indexer/config/config.ts';
import { pathsOf } from '../../indexer/config/paths.ts';
import { requireCode } from '../../indexer/contract/contract-code.ts';
import { HttpRpc } from '../../indexer/rpc/http.ts';
import { call, createFailoverRpc, type Rpc } from '../../indexer/rpc/rpc.ts';
import type { Book } from '../../indexer/store/book.ts';
import { openSqliteStores } from '../../indexer/store/sqlite/index.ts';
import type { Store } from '../../indexer/store/store.ts';
import { createKeyLock } from '../../indexer/txmgr/key-lock.ts';
import { TxManager } from '../../indexer/txmgr/tx-manager.ts';
import { CliError } from './cli.ts';

/** What a script works with: the chain that the host is configured for, reached from outside the host. */
export interface ScriptContext extends Disposable {
  env: NodeJS.ProcessEnv;
  config: Config;
  /** The chain runs inside the host's process; its test keys are public. */
  embedded: boolean;
  chainId: number;
  provider: JsonRpcApiProvider;
  rpc: Rpc;
  /** Addresses of the contract, lower case, and the block each was deployed in; the newest last. */
  deployedAt: Map<string, number>;
  /** The one that is written to. */
  contract: string;
}

/** @throws {CliError} */
export async function openScriptContext(env: NodeJS.ProcessEnv): Promise<ScriptContext> {
  const config = readConfig(env);
  const embedded = config.rpcUrls.length === 0;
  const urls = embedded ? [`http://127.0.0.1:${config.devnetPort}`] : config.rpcUrls;
  const rpc = createFailoverRpc(urls.map((url) => new HttpRpc({ url })));
  const chainId = Number(
    await call(rpc, 'eth_chainId', []).catch(() => {
      throw new CliError(unreachable(urls, embedded));
    }),
  );
  const provider = new RpcProvider(rpc, chainId);
  try {
    const { deployments: dirs, ownDeployments } = pathsOf(config);
    const found = await findDeployments(chainId, embedded ? [ownDeployments] : dirs, config);
    const deployedAt = new Map(
      found.deployments.map(({ address, startBlock }) => [address.toLowerCase(), startBlock]),
    );
    const contract = found.contract.toLowerCase();
    await requireCode(rpc, [contract], chainId);
    const close = () => provider.destroy();
    return { env, config, embedded, chainId, provider, rpc, deployedAt, contract, [Symbol.dispose]: close };
  } catch (error) {
    provider.destroy();
    throw error;
  }
}

/** What a host keeps. */
export interface Stores {
  store: Store;
  book: Book;
}

/**
 * The host's records and its book, or `null` where no host ever ran with this DATA_DIR.
 * @throws {CliError} when they are of another chain
 */
export async function openStores(context: ScriptContext): Promise<(Stores & AsyncDisposable) | null> {
  const { config, provider, chainId } = context;
  const paths = pathsOf(config);
  if (!existsSync(paths.records) && !existsSync(paths.book)) return null;
  const { store, book } = openSqliteStores(paths);
  const close = async () => {
    await store.close();
    await book.close();
  };
  const genesis = await provider.getBlock(0);
  for (const [path, kept] of [
    [paths.records, store],
    [paths.book, book],
  ] as const) {
    const identity = await kept.chainIdentity();
    if (!identity || (identity.chainId === chainId && identity.genesisHash === genesis?.hash)) continue;
    await close();
    throw new CliError(`${path} holds the records of another chain: set DATA_DIR or ETH_RPC_URL to match.`);
  }
  return { store, book, [Symbol.asyncDispose]: close };
}

/** The operator's wallet, where its key is at hand. */
export function knownOperator({ config, embedded, provider }: ScriptContext): Wallet | null {
  const key = config.privateKey ?? (embedded ? publicTestAccounts()[0]?.privateKey : undefined);
  return key === undefined ? null : new Wallet(key, provider);
}

/** The operator's wallet. @throws {CliError} */
export function operatorWallet(context: ScriptContext): Wallet {
  const wallet = knownOperator(context);
  if (wallet !== null) return wallet;
  throw new CliError('PRIVATEKEY is not set: it is the key that pays. Set it in .env.');
}

/** Sends by the operator's key, in turns with the host. @throws {CliError} */
export function operatorTransactions(context: ScriptContext, book: Book): TxManager {
  const wallet = operatorWallet(context);
  return new TxManager({ wallet, provider: context.provider, records: book, lock: createKeyLock(book) });
}

function unreachable(urls: string[], embedded: boolean): string {
  // No more than the hosts: what follows in an address often is a key.
  const hosts = urls.map((url) => new URL(url).host).join(', ');
  if (!embedded) return `No endpoint of ETH_RPC_URL answers: ${hosts}`;
  return `The development chain does not answer at ${urls[0]}: run npm start in another terminal first.`;
}
