import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcError } from '../../indexer/rpc/errors.ts';
import { pick, randomOf } from '../indexer/sync/hostile.ts';
import { logsIn, ownLogs, SimChain } from './chain.ts';
import { type Character, LIES, SimEndpoint } from './endpoint.ts';
import { type Paths, SimHost } from './host.ts';
import { countLogs, differences, freshRecords, recordsOf } from './oracle.ts';
import { HONEST, SimulationFailure } from './run.ts';

const LIE = 'one of two alike logs is hidden';
/** What stands below them can't be taken back any more, whether the chain says what is final or not. */
const FINAL_BLOCKS = 330;
/** By then the chain was read, and walked down by the proof, several times. */
const LOOKS = 60;
const SETTINGS = {
  keepBlocks: 66,
  historical: { initialWidth: 200, inFlight: 1, backoff: { minMs: 0, maxMs: 0, attempts: 4 } },
};

/**
 * A host whose only endpoint always drops one of two alike logs of a block, blooms and everything else true, says so and
 * proves no block that lacks one. With an honest endpoint beside it, its records are those of a fresh start.
 * @throws {SimulationFailure}
 */
export async function simulateLiar(seed: number): Promise<void> {
  const random = randomOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const pathsOf = (name: string) => ({ records: join(folder, name), book: join(folder, `${name}-book`) });
  const chain = lyingAbout(random);
  const character: Character = { ...HONEST, tellsFinal: random() < 0.5, lie: LIE, lieRate: 1 };
  const liar = new SimEndpoint(chain, random, character);
  const honest = new SimEndpoint(chain, random, { ...character, lie: null });
  try {
    await requireFound(pathsOf('records'), chain, liar);
    const endpoints = random() < 0.5 ? [liar, honest] : [honest, liar];
    const expected = await freshRecords(pathsOf('fresh'), honest, []);
    await requireHealed(pathsOf('records'), endpoints, expected);
  } catch (error) {
    throw new SimulationFailure(seed, 'liar', (error as Error).stack ?? '', [character]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lyingAbout(random: () => number): SimChain {
  const chain = new SimChain(random, pick(random, [4, 16, 64]));
  const busy = 0.1 + random() * 0.6;
  do chain.grow(20, busy);
  while (!chain.blocks.some((block) => LIES[LIE].of(logsIn(block)).length < logsIn(block).length));
  chain.grow(FINAL_BLOCKS, 0);
  return chain;
}

async function requireFound(paths: Paths, chain: SimChain, liar: SimEndpoint): Promise<void> {
  let isTold = false;
  const warn = () => {
    isTold = true;
  };
  const host = new SimHost(paths, [liar], SETTINGS, { warn });
  try {
    for (let look = 1; look <= LOOKS; look++) {
      const found = await host.look();
      // The indexer tells what does not fit together.
      if (found.kind === 'failed' && !(found.error instanceof RpcError)) warn();
    }
    const { provenTo } = host;
    if (countLogs(paths.records, provenTo) !== ownLogs(chain, provenTo))
      throw new Error(`proven to block ${provenTo} without all its logs`);
    if (!isTold) throw new Error('nothing is said of the lie');
  } finally {
    await host.close();
  }
}

async function requireHealed(
  paths: Paths,
  endpoints: readonly SimEndpoint[],
  expected: Awaited<ReturnType<typeof recordsOf>>,
): Promise<void> {
  const host = new SimHost(paths, endpoints, SETTINGS);
  try {
    let different: string[] = [];
    for (let look = 1; look <= LOOKS; look++) {
      const found = await host.look();
      if (!('isReady' in found && found.isReady)) continue;
      different = differences(await recordsOf(host, paths), expected);
      if (different.length === 0) return;
    }
    throw new Error(`not healed: ${different.map((text) => text.slice(0, 300)).join('\n')}`);
  } finally {
    await host.close();
  }
}
