import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';
import { errorResult, successfulResult } from 'hardhat/utils/result';
import Mocha from 'mocha';
import { timeFiles } from '../times.ts';
import { meansAll, type TestArguments } from './arguments.ts';
import { keepScratchInMemory } from './scratch.ts';

/** How often the suites that kill processes do it, a point each; `.ci/run` sets it. Without it they don't run. */
const KILLS = process.env.KILLS;
const PATTERN = KILLS ? 'test/**/*.{test,kill}.ts' : 'test/**/*.test.ts';

/** What takes longest, as a run tells at its end, begins first: none is then left alone, with idle processors, at the end. */
const LONGEST = [
  'test/e2e/provide.test.ts',
  'test/indexer/http/fuzz/fuzz.test.ts',
  'test/indexer/media/files.test.ts',
  'test/e2e/api-tour.test.ts',
  'test/indexer/http/keys-selling.test.ts',
  'test/deploy/cli.test.ts',
  'test/scripts/demo.test.ts',
  'test/contracts/gas.test.ts',
  'test/e2e/channels.test.ts',
  'test/e2e/start.test.ts',
  'test/simulation/simulation.test.ts',
  'test/indexer/sync/hostile.test.ts',
  'test/indexer/sync/crash.test.ts',
];

/**
 * `hardhat test` runs the files named *.test.ts, not the support code beside them, and *.kill.ts where KILLS is set.
 * test/real/ needs servers and a browser that a plain machine has not; `.ci/run` names its files. All of them at once
 * run side by side, a file in one process, since most wait for processes of their own; a choice of them runs as Hardhat
 * does it. Coverage takes those of the contracts, but not what needs their real size and gas: the code that counts is
 * larger and dearer.
 */
const action: TaskOverrideActionFunction<TestArguments> = async (args, hre, runSuper) => {
  if (args.testFiles?.length) return await runSuper(args);
  const { root } = hre.config.paths;
  const { coverage } = hre.globalOptions;
  const files = plainTests(root, coverage ? 'test/contracts/!(gas).test.ts' : PATTERN);
  if (!meansAll(args, hre)) return await runSuper({ ...args, testFiles: files });
  if (!args.noCompile) await hre.tasks.getTask('build').run({ noTests: true });
  const result = await sideBySide(files);
  if (!KILLS) console.log('The suites that kill processes did not run: KILLS=3 npm test has them too.');
  return result;
};

export default action;

function plainTests(root: string, pattern: string): string[] {
  const found = globSync(pattern, { cwd: root, exclude: (path) => /(^|\/)real(\/|$)/.test(path) });
  const others = found.filter((path) => !LONGEST.includes(path)).sort();
  return [...LONGEST.filter((path) => found.includes(path)), ...others].map((path) => join(root, path));
}

async function sideBySide(files: string[]) {
  // More than processors: most of a test's time is waiting for processes and blocks.
  const jobs = Math.max(3, Math.min(4, availableParallelism()));
  const before = ['unhandled.ts', 'quick-hex.ts', 'quick-ethers.ts'];
  const required = before.map((name) => join(import.meta.dirname, '..', name));
  const mocha = new Mocha({ parallel: true, jobs, timeout: 60_000, require: required });
  for (const file of files) mocha.addFile(file);
  // Before: what it tells is read when the scratch is gone.
  const times = timeFiles();
  keepScratchInMemory();
  process.once('exit', () => console.log(times()));
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ passed: runner.stats?.passes ?? 0, failed: failures }));
  });
  const result = { summary: { failed, passed, skipped: 0, todo: 0 } };
  return failed > 0 ? errorResult(result) : successfulResult(result);
}
