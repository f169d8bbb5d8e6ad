import { join } from 'node:path';
import { pino } from 'pino';
import { createIndexer } from '../../indexer/compose/indexer.ts';
import { type Call, callOf, oneLine } from '../../scripts/lib/cli.ts';
import { type Ended, node, runChild } from '../child.ts';
import { reachableChain, type TestChain } from '../indexer/payouts/chain.ts';
import { type PaymentsWorld, paymentsWorld } from '../indexer/payouts/world.ts';

/** Blank counts as unset: a `.env` of the person who runs the tests does not override it. */
const UNSET = {
  ETH_RPC_URL: '',
  PRIVATEKEY: '',
  CONTRACT_ADDRESS: '',
  SPONSOR_BATCH_GAS: '',
  CRASH_AT: '',
  LOG_LEVEL: '',
};

export type { Ended } from '../child.ts';

type Env = Record<string, string>;
/** What a script does, to its exit status, if it tells one. */
type Main = (call: Call) => Promise<unknown>;

export interface ScriptWorld extends PaymentsWorld {
  /** Runs a script of the project in a process of its own, against this world's chain and database. */
  run(script: string, args: string[], env?: Env): Promise<Ended>;
  /** The same within this process, where the test is not about processes. */
  runHere(main: Main, args: string[], env?: Env): Promise<Ended>;
  /** Follows the chain into the database once, as the running host does. */
  index(): Promise<void>;
}

export async function scriptWorld(): Promise<ScriptWorld> {
  let port = 0;
  const world = await paymentsWorld(async (folder): Promise<TestChain> => {
    const chain = await reachableChain(folder);
    port = chain.port;
    return chain;
  });
  const settings = () => ({ ...UNSET, DATA_DIR: world.folder, DEVNET_PORT: String(port) });
  return {
    ...world,
    run: (script, args, env = {}) => runNode([join('scripts', script), ...args], { ...settings(), ...env }),
    runHere: (main, args, env = {}) => runHere(main, args, { ...settings(), ...env }),
    index: () => indexOnce(world),
  };
}

export function runNode([file = '', ...args]: string[], env: Env): Promise<Ended> {
  return runChild(node(file, ...args), env);
}

/** Within this process, which takes a tenth of the time: what `runScript` makes of it, but for `.env` and `--help`. */
export async function runHere(main: Main, args: string[], env: Env): Promise<Ended> {
  let stdout = '';
  const write = (text: string | Uint8Array) => {
    stdout += text;
    return true;
  };
  const call = callOf(args, { ...process.env, ...env }, { write, isTTY: false });
  return await main(call).then(
    (how) => ({ how: typeof how === 'number' ? how : 0, stdout, stderr: '' }),
    (error: unknown) => ({ how: 1, stdout, stderr: `${oneLine(error)}\n` }),
  );
}

async function indexOnce({ chain, contract, startBlock, process }: PaymentsWorld): Promise<void> {
  const { store } = process();
  const indexer = createIndexer({
    rpc: chain.rpc,
    store,
    deployments: [{ address: contract, startBlock }],
    log: pino({ level: 'silent' }),
    pollMs: 20,
  });
  await indexer.start();
  await indexer.waitFor(await chain.provider.getBlockNumber());
  await indexer.stop();
}
