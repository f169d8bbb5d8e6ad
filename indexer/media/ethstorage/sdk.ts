import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AbiCoder, concat, ZeroAddress } from 'ethers';
import { NETWORKS } from '../../../networks/networks.ts';
import { call, type Rpc } from '../../rpc/rpc.ts';

const QUARKCHAIN_L2 = 3335;
/** Chains on which ethstorage-sdk knows EthStorage's own contract, which takes blobs. */
export const BLOB_CHAINS: ReadonlySet<number> = new Set([
  ...Object.values(NETWORKS).flatMap(({ chainId, hasEthStorage }) => (hasEthStorage ? chainId : [])),
  QUARKCHAIN_L2,
]);

/** Loaded when it is needed: memory that most hosts never use. */
export async function loadSdk() {
  standInForKzg();
  return await import('ethstorage-sdk');
}

/** Without a binary of rust-kzg-node (none for ARM but on Windows) the SDK does not load, though only blobs need it. */
function standInForKzg(): void {
  try {
    createRequire(import.meta.resolve('ethstorage-sdk'))('rust-kzg-node');
  } catch {
    process.env.NAPI_RS_NATIVE_LIBRARY_PATH ??= join(import.meta.dirname, 'no-kzg.cjs');
  }
}

/**
 * EthStorage's contract on this chain, which takes blobs and asks to be paid for keeping them; `null` where there is
 * none, and then calldata is the only way. A development node may carry the id of a chain that has one.
 */
export async function ethStorageContract(chainId: number, chain: Rpc): Promise<string | null> {
  if (!BLOB_CHAINS.has(chainId)) return null;
  const address = (await loadSdk()).ETHSTORAGE_MAPPING[chainId];
  if (address === undefined) return null;
  return (await call(chain, 'eth_getCode', [address, 'latest'])) === '0x' ? null : address;
}

/** The transaction data that creates a FlatDirectory as the SDK's `deploy()` does, without its 4 s of polling. */
export async function creationCode(contract: string | null): Promise<string> {
  const { FlatDirectoryBytecode, OP_BLOB_DATA_SIZE } = await loadSdk();
  const args = [0, OP_BLOB_DATA_SIZE, contract ?? ZeroAddress];
  return concat([
    FlatDirectoryBytecode,
    AbiCoder.defaultAbiCoder().encode(['uint8', 'uint32', 'address'], args),
  ]);
}
