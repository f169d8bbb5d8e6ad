import { computeAddress, Wallet } from 'ethers';
import { DEVNET_CHAIN_ID } from '../../../devchain/accounts.ts';
import { confirmationsOf, networkOf } from '../../../networks/networks.ts';
import type { Config } from '../../config/config.ts';
import type { Paths } from '../../config/paths.ts';
import { requireCode } from '../../contract/contract-code.ts';
import { messageOf } from '../../lib/errors.ts';
import { HttpRpc } from '../../rpc/http.ts';
import { call, createFailoverRpc, type Rpc } from '../../rpc/rpc.ts';
import { ChainUnusable, findDeployments, LOOPBACK, type OpenChain } from './chain.ts';
import { RpcProvider } from './rpc-provider.ts';

const MAINNET = 1;

/** The chain at the endpoints of ETH_RPC_URL. @throws {ChainUnusable} */
export async function openRemote(config: Config, at: Paths): Promise<OpenChain> {
  const endpoints = config.rpcUrls.map((url) => ({ name: new URL(url).host, rpc: new HttpRpc({ url }) }));
  const rpc = createFailoverRpc(endpoints.map((endpoint) => endpoint.rpc));
  const chainId = await reachedChainId(rpc);
  requireColdProvider(config, chainId);
  const provider = new RpcProvider(rpc, chainId);
  const { deployments, contract } = await findDeployments(chainId, at.deployments, config);
  await requireCode(
    rpc,
    deployments.map(({ address }) => address),
    chainId,
  );
  const name = networkOf(chainId)?.name ?? `chain ${chainId}`;
  return {
    rpc,
    endpoints,
    provider,
    deployments,
    facts: {
      ...{ chainId, name, contract },
      // Where a block comes only with a transaction, and none is taken back, nobody could wait for more of them.
      confirmations: chainId === DEVNET_CHAIN_ID ? 0 : confirmationsOf(chainId),
      rpcUrl: developmentUrl(chainId, config),
    },
    isEmbedded: false,
    unsigned: null,
    operator: config.privateKey === undefined ? null : new Wallet(config.privateKey, provider),
    pace: { pollMs: 500, shorterChainTimeoutMs: 30_000 },
    description: `${name}, by ETH_RPC_URL`,
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

/** Another host on this machine has the development chain: pages of it reach that as this host does. */
function developmentUrl(chainId: number, { host, rpcUrls: [url = ''] }: Config): string | null {
  if (chainId !== DEVNET_CHAIN_ID || !LOOPBACK.test(host)) return null;
  return LOOPBACK.test(new URL(url).hostname.replace(/^\[|\]$/g, '')) ? url : null;
}

async function reachedChainId(rpc: Rpc): Promise<number> {
  try {
    return Number(await call(rpc, 'eth_chainId', []));
  } catch (cause) {
    throw new ChainUnusable(`No endpoint of ETH_RPC_URL answers: ${messageOf(cause)}`, { cause });
  }
}
