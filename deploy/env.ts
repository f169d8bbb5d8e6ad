import { chainConfig } from '../indexer/config/chain.ts';
import { ConfigError } from '../indexer/config/config.ts';
import { loadEnvFile } from '../indexer/config/env-file.ts';
import { toolConfig } from '../indexer/config/tools.ts';
import { httpUrl } from '../indexer/config/values.ts';

/** What deploying reads of the environment. A blank variable counts as unset. */
export interface DeployEnv {
  /** The first of ETH_RPC_URL, where it is an address of http or https. */
  readonly rpcUrl: string | undefined;
  /** With 0x; whether it is a key at all is seen where one is needed. */
  readonly privateKey: string | undefined;
  readonly dataDir: string;
  /** Where deployments on public chains are recorded. */
  readonly deploymentsDir: string;
  readonly devnetUrl: string;
  readonly etherscanKey: string | undefined;
  /** A Sourcify of one's own, as it is written. */
  readonly sourcifyUrl: string | undefined;
}

/** What the process's environment and the file say. A file that can't be read ends the process, with one line. */
export function deployEnvOf(envFile: string): DeployEnv {
  try {
    loadEnvFile(envFile);
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
  return readDeployEnv(process.env);
}

/** It never throws, since every task of Hardhat reads this, and few use it: what is wrong stays as it is written. */
export function readDeployEnv(env: Record<string, string | undefined>): DeployEnv {
  const text = (name: string) => env[name]?.trim() || undefined;
  const read = (name: 'DATA_DIR' | 'DEPLOYMENTS_DIR' | 'DEVNET_PORT') =>
    String(chainConfig.in.shape[name].safeParse(text(name)).data ?? text(name));
  const key = text('PRIVATEKEY');
  return {
    rpcUrl: httpUrl.safeParse(text('ETH_RPC_URL')?.split(',')[0]?.trim()).data,
    privateKey: key && withPrefix(key),
    dataDir: read('DATA_DIR'),
    deploymentsDir: read('DEPLOYMENTS_DIR'),
    devnetUrl: `http://127.0.0.1:${read('DEVNET_PORT')}`,
    etherscanKey: toolConfig.shape.ETHERSCAN_API_KEY.parse(text('ETHERSCAN_API_KEY')),
    sourcifyUrl: text('SOURCIFY_URL'),
  };
}

/** A key in hex as people write it, with 0x; what is blank stays so. */
export function withPrefix(key: string): string {
  return key === '' || key.startsWith('0x') ? key : `0x${key}`;
}
