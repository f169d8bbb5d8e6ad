import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';

/**
 * `hardhat test` runs the files named *.test.ts, not the support code beside them. test/real/ needs servers and
 * a browser that a plain machine has not; `.ci/run` names its files.
 */
const action: TaskOverrideActionFunction<{ testFiles?: string[] }> = (args, hre, runSuper) => {
  const named = args.testFiles ?? [];
  return runSuper({ ...args, testFiles: named.length > 0 ? named : plainTests(hre.config.paths.root) });
};

export default action;

function plainTests(root: string): string[] {
  return globSync('test/**/*.test.ts', { cwd: root, exclude: (path) => /(^|\/)real(\/|$)/.test(path) })
    .sort()
    .map((path) => join(root, path));
}
