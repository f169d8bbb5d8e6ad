import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import { readDeployEnv } from '../../deploy/env.ts';
import { deployOn } from '../../deploy/task.ts';
import config from '../../hardhat.config.ts';
import { type Anvil, startAnvil } from '../e2e/anvil.ts';
import { testWallet } from '../wallets.ts';

const SEPOLIA = 11_155_111;
const OWNER = testWallet(4);
/** Hardhat asks no keystore where one of them is set. */
const CI = ['CI', 'GITHUB_ACTIONS', 'CONTINUOUS_INTEGRATION', 'BUILD_NUMBER', 'RUN_ID'];

describe('npx hardhat deploy with a key of the keystore', () => {
  const former = { ...process.env };
  let folder: string;
  let chain: Anvil;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystore-'));
    chain = await startAnvil({ chainId: SEPOLIA });
    // Where Hardhat has its keystores.
    process.env.XDG_CONFIG_HOME = folder;
    for (const name of CI) delete process.env[name];
  });
  after(async () => {
    for (const name of ['XDG_CONFIG_HOME', 'PRIVATEKEY', ...CI]) {
      const value = former[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await chain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is refused before the keystore has one, and then deploys with it, where .env leaves PRIVATEKEY blank', async () => {
    const sepolia = { type: 'http', chainType: 'l1', chainId: SEPOLIA, url: chain.url } as const;
    const hre = await createHardhatRuntimeEnvironment(
      { ...config, networks: { ...config.networks, sepolia } },
      { network: 'sepolia' },
    );
    hre.hooks.registerHandlers('userInterruptions', { requestSecretInput: async () => OWNER.privateKey });
    const DEPLOYMENTS_DIR = join(folder, 'deployments');
    const env = readDeployEnv({ PRIVATEKEY: '', ETH_RPC_URL: chain.url, DEPLOYMENTS_DIR });
    process.env.PRIVATEKEY = '';
    expect(await deployOn(hre, env)).to.match(/^PRIVATEKEY is not set: .*keystore set PRIVATEKEY`\.$/);

    // The development keystore, whose password lies beside it.
    await hre.tasks.getTask(['keystore', 'set']).run({ key: 'PRIVATEKEY', dev: true, force: false });
    process.env.PRIVATEKEY = '';
    expect(await deployOn(hre, env)).to.equal(null);
    const [deployed] = JSON.parse(await readFile(join(DEPLOYMENTS_DIR, 'sepolia.json'), 'utf8'));
    const sent = await fetch(chain.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'eth_getTransactionByHash' },
        params: [deployed.txHash],
      }),
    });
    const { result } = (await sent.json()) as { result: { from: string } };
    expect(result.from).to.equal(OWNER.address.toLowerCase());
  });
});
