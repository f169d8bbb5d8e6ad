import { join } from 'node:path';
import { z } from 'zod';
import { ACCOUNT_COUNT, DEVNET_CHAIN_ID, PUBLIC_TEST_MNEMONIC } from './accounts.ts';
import type { RpcProvider } from './server/rpc.ts';

/**
 * Everything that decides the chain's first block and rules. It stands in the journal's first line, so a
 * chain keeps the rules it began with when a later version of this file starts new ones differently.
 */
export const genesisSchema = z.strictObject({
  format: z.literal(1),
  chainId: z.int(),
  hardfork: z.string(),
  startSec: z.int(),
  baseFeeWei: z.string(),
  blockGasLimit: z.int(),
  transactionGasCap: z.int(),
  mnemonic: z.string(),
  accounts: z.int(),
  balanceWei: z.string(),
});

export type Genesis = z.infer<typeof genesisSchema>;

/** The rules of a chain that begins now: today's mainnet rules, and gas that costs nothing unless offered. */
export function newGenesis(startSec: number): Genesis {
  return {
    format: 1,
    chainId: DEVNET_CHAIN_ID,
    hardfork: 'osaka',
    startSec,
    baseFeeWei: '0',
    blockGasLimit: 60_000_000,
    transactionGasCap: 16_777_216,
    mnemonic: PUBLIC_TEST_MNEMONIC,
    accounts: ACCOUNT_COUNT,
    balanceWei: (10_000n * 10n ** 18n).toString(),
  };
}

/** The bare simulated network, still at its first block and without its queue of writes. */
export async function createChain(genesis: Genesis): Promise<RpcProvider & { close(): Promise<void> }> {
  // Hosts of another chain know only the shape of a genesis, and start sooner without Hardhat.
  const { createHardhatRuntimeEnvironment } = await import('hardhat/hre');
  const hre = await createHardhatRuntimeEnvironment({
    // Nothing lies there: with the project's artifacts the network would load every build's output, 100 MB and more
    // of memory, only to word its errors; their data is decoded where it is needed.
    paths: { artifacts: join(import.meta.dirname, 'no-artifacts') },
    networks: {
      devnet: {
        type: 'edr-simulated',
        chainType: 'l1',
        chainId: genesis.chainId,
        networkId: genesis.chainId,
        hardfork: genesis.hardfork,
        initialDate: new Date(genesis.startSec * 1000),
        initialBaseFeePerGas: BigInt(genesis.baseFeeWei),
        blockGasLimit: genesis.blockGasLimit,
        transactionGasCap: genesis.transactionGasCap,
        // The write queue estimates gas before it writes a call down; this only keeps Hardhat from doing it again.
        gas: genesis.transactionGasCap,
        accounts: {
          mnemonic: genesis.mnemonic,
          count: genesis.accounts,
          accountsBalance: genesis.balanceWei,
        },
        // Block time follows the wall clock even under hundreds of transactions a second.
        allowBlocksWithSameTimestamp: true,
        // As on every real chain: a transaction that reverts is mined, and its receipt says so.
        throwOnTransactionFailures: false,
        mining: { auto: true, interval: 0, mempool: { order: 'fifo' } },
      },
    },
  });
  const connection = await hre.network.create('devnet');
  return {
    request: (call) => connection.provider.request(call),
    close: () => connection.close(),
  };
}
