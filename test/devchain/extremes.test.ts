import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import type { OpenChain } from '../../indexer/compose/chain/chain.ts';
import { openChain } from '../../indexer/compose/chain/open.ts';
import { readConfig } from '../../indexer/config/config.ts';
import { pathsOf } from '../../indexer/config/paths.ts';
import { dataFolder, removeFolder, startHost } from '../e2e/host.ts';
import { extremeCalls } from './extremes.ts';

const SEED = process.env.SEED ?? '20261128';
const ROUNDS = process.env.FULL === '1' ? 20 : 1;
const CALLS = 300;
const AT_ONCE = 6;
/** What blocks are made with: precompiled code, roots of the beacon chain, hashes of old blocks. */
const OF_THE_SYSTEM = [
  '0x0000000000000000000000000000000000000001',
  '0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02',
  '0x0000F90827F1C53a10cb7A02335B175320002935',
];

describe(`the development chain after ${CALLS} calls with extreme values (SEED=${SEED})`, () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await dataFolder();
  });
  afterEach(() => removeFolder(dataDir));

  const open = () => {
    const config = readConfig({ DATA_DIR: dataDir, DEVNET_PORT: '0' });
    return openChain(config, pathsOf(config), () => undefined);
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    it(`goes on from the same block, takes a new contract, and a host starts on it (${round})`, async () => {
      const first = await open();
      await abuse(first, `${SEED}/${round}`);
      const left = await newest(first);
      await first[Symbol.asyncDispose]();

      const second = await open();
      const found = await newest(second);
      await second[Symbol.asyncDispose]();
      expect(found).to.equal(left);

      // As after an update, with another contract.
      await rm(pathsOf(readConfig({ DATA_DIR: dataDir })).ownDeployments, { recursive: true });
      const third = await open();
      expect(await third.provider.getCode(third.facts.contract)).to.have.length.above(2);
      await third[Symbol.asyncDispose]();

      const host = await startHost({ dataDir });
      await host.end('SIGKILL');
    });
  }
});

async function abuse({ provider, facts }: OpenChain, seed: string): Promise<void> {
  const funded = (await provider.send('eth_accounts', [])) as string[];
  const accounts = [...funded.slice(0, 3), facts.contract, ...OF_THE_SYSTEM];
  const calls = extremeCalls(seed, CALLS, accounts);
  let taken = 0;
  while (calls.length > 0) {
    const together = calls.splice(0, AT_ONCE);
    const outcomes = await Promise.allSettled(
      together.map(({ method, params }) => provider.send(method, params)),
    );
    taken += outcomes.filter(({ status }) => status === 'fulfilled').length;
  }
  // Where none is taken, nothing was tried.
  expect(taken).to.be.above(CALLS / 8);
}

async function newest({ provider }: OpenChain): Promise<string> {
  const { hash } = (await provider.send('eth_getBlockByNumber', ['latest', false])) as { hash: string };
  return hash;
}
