import type { JsonRpcApiProvider, Wallet } from 'ethers';
import { DEVNET_CHAIN_ID } from '../../../devchain/accounts.ts';
import type { Config } from '../../config/config.ts';
import type { Impersonator } from '../../contract/calls/writer.ts';
import { deploymentsFor } from '../../contract/deployments.ts';
import { BaseError } from '../../lib/errors.ts';
import type { NamedEndpoint } from '../../proof/block/prover.ts';
import type { Rpc } from '../../rpc/rpc.ts';

/** The chain that this host follows, embedded or somebody's endpoint, with the contract found on it. */
export interface OpenChain extends AsyncDisposable {
  rpc: Rpc;
  /** Each endpoint by itself, where there are any: what they say can be proven. */
  endpoints?: readonly NamedEndpoint[];
  provider: JsonRpcApiProvider;
  /** Every deployment to index, the one to write to last. */
  deployments: { address: string; startBlock: number }[];
  facts: {
    chainId: number;
    name: string;
    contract: string;
    /** Where pages and wallets on this machine reach the development chain; `null` for one that is elsewhere. */
    rpcUrl: string | null;
    /** So many blocks below the head no reorganisation reaches, as far as selling goes. */
    confirmations: number;
  };
  /** It runs in this process: no endpoint lags behind another. */
  isEmbedded: boolean;
  /** Acts for any wallet; `null` off the embedded chain, where wallets sign for themselves. */
  unsigned: Impersonator | null;
  /** The operator's key: PRIVATEKEY, on the embedded chain its first account. */
  operator: Wallet | null;
  /** How the indexer follows this chain. */
  pace: { pollMs: number; shorterChainTimeoutMs: number };
  /** For the person who starts the host. */
  description: string;
  /** The host's own page is served there: it may write to the embedded chain. */
  servesPageAt(port: number): void;
  /** Calls back after each call that may have made a block; never called for a remote chain. */
  onBlock(listener: () => void): unknown;
}

/** Names of this machine, without brackets. */
export const LOOPBACK = /^(127(\.\d+){3}|::1|localhost)$/;

/** The chain can't be used as configured; the message says which variable to look at. */
export class ChainUnusable extends BaseError {}

/** @throws {ChainUnusable} */
export async function findDeployments(chainId: number, dirs: string[], { contractAddress }: Config) {
  const listed = await deploymentsFor({ chainId, dirs });
  const deployments = listed.map(({ address, blockNumber }) => ({ address, startBlock: blockNumber }));
  const contract = contractAddress ?? listed.at(-1)?.address;
  if (contract === undefined) {
    const how =
      chainId === DEVNET_CHAIN_ID
        ? 'set CONTRACT_ADDRESS to the contract that GET /chain of the host with this chain shows (docs/providing.md)'
        : 'run npx hardhat deploy --network NAME, or set CONTRACT_ADDRESS';
    throw new ChainUnusable(`No StreamHost is known on chain ${chainId}: ${how}.`);
  }
  const known = deployments.some(({ address }) => address.toLowerCase() === contract.toLowerCase());
  if (!known) deployments.push({ address: contract, startBlock: 0 });
  return { deployments, contract };
}
