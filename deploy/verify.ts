import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import type { Deployment } from '../indexer/contract/deployments.ts';
import { DeployError } from './context.ts';
import type { DeployEnv } from './env.ts';

/**
 * Publishes the source of what stands on the network given: at Sourcify, which asks for no key, and at Etherscan with
 * one. What is published already is left as it is.
 * @throws {DeployError} where that did not work; what is deployed stands all the same.
 */
export async function publishSources(
  hre: HardhatRuntimeEnvironment,
  deployments: readonly Deployment[],
  { etherscanKey }: Pick<DeployEnv, 'etherscanKey'>,
): Promise<void> {
  const places = ['sourcify', ...(etherscanKey === undefined ? [] : ['etherscan'])];
  for (const { contract, address, args, txHash } of deployments) {
    for (const place of places) {
      const isAtSourcify = place === 'sourcify' && txHash !== undefined;
      const of = {
        address,
        contract: `contracts/${contract}.sol:${contract}`,
        constructorArgs: args.map(String),
        ...(isAtSourcify && { creationTxHash: txHash }),
      };
      await hre.tasks
        .getTask(['verify', place])
        .run(of)
        .catch((cause: unknown) => {
          const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
          const again = 'once that is mended, the same command goes on from here';
          throw new DeployError(
            `${contract} stands at ${address}, but ${place} did not take its source: ${why} (${again}).`,
            { cause },
          );
        });
    }
  }
}
