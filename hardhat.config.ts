import { randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers';
import { configVariable, defineConfig, overrideTask, task } from 'hardhat/config';
import { deployEnvOf } from './deploy/env.ts';
import { NETWORKS } from './networks/networks.ts';

const require = createRequire(import.meta.url);

const env = deployEnvOf(join(import.meta.dirname, '.env'));
/** Where every network but localhost is reached; asked for only when one of them is used. */
const rpcUrl = env.rpcUrl ?? configVariable('ETH_RPC_URL');

const publicNetworks = Object.fromEntries(
  Object.entries(NETWORKS).map(([name, { chainType, chainId }]) => [
    name,
    { type: 'http' as const, chainType, chainId, url: rpcUrl },
  ]),
);

/** FULL=1 runs the random tests as often as before a release, instead of as often as before a commit. */
const full = process.env.FULL === '1';
/** INVARIANT_RUNS=1000 takes more than a quarter of an hour: too long for every check before a release. */
const sequences = Number(process.env.INVARIANT_RUNS ?? (full ? 150 : 16));
const invariantRuns = { runs: sequences, depth: full ? 100 : 64 };
const fuzzRuns = full ? 5_000 : 256;
/** Where random tests start: the same before every commit, anywhere before a release. */
const seed = process.env.FUZZ_SEED ?? (full ? `0x${randomBytes(32).toString('hex')}` : '0x5eed');

const compiler = {
  version: '0.8.37',
  path: require.resolve('solc/soljson.js'),
  settings: { viaIR: true, evmVersion: 'cancun', optimizer: { enabled: true, runs: 1_000 } },
};

/**
 * Tests in Solidity, and the mocks, need not be small: without IR and optimiser they compile in a sixth of the time. Not the
 * plain host, which is made of the contracts' own parts.
 */
const testCompiler = { ...compiler, settings: { evmVersion: 'cancun', optimizer: { enabled: false } } };
const quick = globSync('{test/contracts,contracts/mocks}/*.sol', { cwd: import.meta.dirname }).filter(
  (file) => !/Plain/.test(file),
);
const overrides = Object.fromEntries(quick.map((file) => [file.replaceAll(sep, '/'), testCompiler]));

export default defineConfig({
  plugins: [
    toolbox,
    { id: 'event-decoders', hookHandlers: { solidity: () => import('./scripts/codegen/hooks.ts') } },
    {
      id: 'shared-compilers',
      hookHandlers: { config: () => import('./scripts/codegen/shared-compilers.ts') },
    },
  ],
  solidity: {
    // Tests in Solidity take two thirds as long to compile as the contracts: only where they run.
    splitTestsCompilation: true,
    // Sources are published by the second one, and have to give what the first one deployed.
    profiles: { default: { compilers: [compiler], overrides }, production: compiler },
  },
  test: { solidity: { fuzz: { runs: fuzzRuns, seed }, invariant: { ...invariantRuns, failOnRevert: true } } },
  coverage: { skipFiles: ['contracts/mocks/**', 'test/**'] },
  networks: {
    localhost: { type: 'http', url: env.devnetUrl },
    ...publicNetworks,
    /** Any other EVM chain that knows the Cancun rules. */
    custom: { type: 'http', url: rpcUrl },
  },
  verify: {
    sourcify: { ...(env.sourcifyUrl !== undefined && { apiUrl: env.sourcifyUrl }) },
    etherscan: { apiKey: env.etherscanKey ?? configVariable('ETHERSCAN_API_KEY') },
  },
  tasks: [
    task('deploy', 'Deploy what has changed, on localhost or the network given')
      .addFlag({ name: 'verify', description: 'Publish the source at Sourcify, and Etherscan with a key' })
      .setAction(() => import('./deploy/task.ts'))
      .build(),
    overrideTask('test')
      .setAction(() => import('./test/tasks/test.ts'))
      .build(),
    overrideTask(['test', 'mocha'])
      .setAction(() => import('./test/tasks/mocha.ts'))
      .build(),
    overrideTask(['test', 'solidity'])
      .setAction(() => import('./test/tasks/solidity.ts'))
      .build(),
  ],
});
