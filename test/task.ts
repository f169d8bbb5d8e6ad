import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';
import { errorResult, successfulResult } from 'hardhat/utils/result';
import Mocha from 'mocha';
import { timeFiles } from './times.ts';

interface TestArguments {
  testFiles?: string[];
  bail?: boolean;
  grep?: string;
  grepExclude?: string;
  noCompile?: boolean;
}

/**
 * `hardhat test` runs the files named *.test.ts, not the support code beside them. test/real/ needs servers and
 * a browser that a plain machine has not; `.ci/run` names its files. All of them at once run side by side, a file in
 * one process, since most wait for processes of their own; a choice of them runs as Hardhat does it. Coverage takes
 * those of the contracts, but not what needs their real size and gas: the code that counts is larger and dearer.
 */
const action: TaskOverrideActionFunction<TestArguments> = async (args, hre, runSuper) => {
  const { testFiles: named = [], bail, grep, grepExclude, noCompile } = args;
  if (named.length > 0) return await runSuper(args);
  const { coverage, gasStats, gasStatsJson } = hre.globalOptions;
  const pattern = coverage ? 'test/contracts/!(gas).test.ts' : 'test/**/*.test.ts';
  const files = plainTests(hre.config.paths.root, pattern);
  if (bail || grep || grepExclude || coverage || gasStats || gasStatsJson) {
    return await runSuper({ ...args, testFiles: files });
  }
  if (!noCompile) await hre.tasks.getTask('build').run({ noTests: true });
  return await sideBySide(files, hre.config.paths.root);
};

export default action;

function plainTests(root: string, pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (path) => /(^|\/)real(\/|$)/.test(path) })
    .sort()
    .map((path) => join(root, path));
}

async function sideBySide(files: string[], root: string) {
  // More than processors: most of a test's time is waiting for processes and blocks.
  const jobs = Math.max(3, Math.min(4, availableParallelism()));
  // Hundreds of processes run the same code: what Node made of it once is there for the next.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'cache', 'node');
  const required = [join(import.meta.dirname, 'unhandled.ts')];
  const mocha = new Mocha({ parallel: true, jobs, timeout: 60_000, require: required });
  for (const file of files) mocha.addFile(file);
  const times = timeFiles();
  process.once('exit', () => console.log(times()));
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ passed: runner.stats?.passes ?? 0, failed: failures }));
  });
  const result = { summary: { failed, passed, skipped: 0, todo: 0 } };
  return failed > 0 ? errorResult(result) : successfulResult(result);
}
