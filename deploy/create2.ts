import { concat, getCreate2Address, keccak256, type Provider, ZeroHash } from 'ethers';
import { DeployError } from './context.ts';

/**
 * Creates a contract at an address that follows from salt and creation code alone, whoever sends it. It stands at
 * this address, with this code, on nearly every chain (github.com/Arachnid/deterministic-deployment-proxy).
 */
export const CREATE2_DEPLOYER = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
export const CREATE2_DEPLOYER_CODE =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';
/** The same for ever and everywhere, so that equal code has one address. */
const SALT = ZeroHash;

/** Where `initCode` goes on this chain; undefined where the chain does not have the deployer. */
export async function create2Place(provider: Provider, initCode: string): Promise<string | undefined> {
  if ((await provider.getCode(CREATE2_DEPLOYER)) !== CREATE2_DEPLOYER_CODE) return undefined;
  return getCreate2Address(CREATE2_DEPLOYER, SALT, keccak256(initCode));
}

/** The transaction that puts `initCode` at its place. */
export function create2Transaction(initCode: string): { to: string; data: string } {
  return { to: CREATE2_DEPLOYER, data: concat([SALT, initCode]) };
}

/**
 * The block in which a contract that somebody put there got its code, and the transaction, if it is to be seen.
 * Throws DeployError where the endpoint does not know old states.
 */
export async function originOf(
  provider: Provider,
  address: string,
  initCode: string,
): Promise<{ blockNumber: number; txHash?: string }> {
  const blockNumber = await firstBlockWithCode(provider, address);
  const block = await provider.getBlock(blockNumber, true);
  const { to, data } = create2Transaction(initCode);
  const sent = block?.prefetchedTransactions.find((one) => one.to === to && one.data === data);
  return sent === undefined ? { blockNumber } : { blockNumber, txHash: sent.hash };
}

async function firstBlockWithCode(provider: Provider, address: string): Promise<number> {
  let [low, high] = [0, await provider.getBlockNumber()];
  try {
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await provider.getCode(address, middle)) === '0x') low = middle + 1;
      else high = middle;
    }
  } catch (cause) {
    throw new DeployError(
      `The contract stands at ${address} already, but this RPC does not know since which block: try an archive node.`,
      { cause },
    );
  }
  return low;
}
