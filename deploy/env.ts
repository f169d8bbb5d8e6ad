import { ConfigError } from '../indexer/config/config.ts';
import { loadEnvFile } from '../indexer/config/env-file.ts';
/** What deploying reads of the environment. A blank variable counts as unset. */
export interface DeployEnv {
  /** The first of ETH_RPC_URL, where it is an address of http or https. */
  readonly rpcUrl: string | undefined;
  readonly privateKey: string | undefined;
  readonly dataDir: string;
  /** Where deployments on public chains are recorded. */
  readonly deploymentsDir: string;
  readonly devnetUrl: string;
  readonly etherscanKey: string | undefined;
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

export function readDeployEnv(env: Record<string, string | undefined>): DeployEnv {
  const read = (name: string) => env[name]?.trim() || undefined;
  const key = read('PRIVATEKEY');
  return {
    rpcUrl: httpUrl(read('ETH_RPC_URL')?.split(',')[0]?.trim()),
    privateKey: key === undefined || key.startsWith('0x') ? key : `0x${key}`,
    dataDir: read('DATA_DIR') ?? '.data',
    deploymentsDir: read('DEPLOYMENTS_DIR') ?? 'deployments',
    devnetUrl: `http://127.0.0.1:${read('DEVNET_PORT') ?? '8545'}`,
    etherscanKey: read('ETHERSCAN_API_KEY'),
  };
}

function httpUrl(text = ''): string | undefined {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : undefined;
}
