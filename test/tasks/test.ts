import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';
import { errorResult, successfulResult } from 'hardhat/utils/result';
import { z } from 'zod';
import { meansAll, type TestArguments } from './arguments.ts';

/**
 * `hardhat test` compiles the contracts, then the tests in Solidity, runs these, then those in TypeScript, and compiling
 * takes one processor alone. All tests at once do all that beside each other, as far as one does not need the other; a
 * choice of them runs as Hardhat does it.
 */
const action: TaskOverrideActionFunction<TestArguments> = async (args, hre, runSuper) => {
  if (!meansAll(args, hre)) return await runSuper(args);
  const testsCompiled = args.noCompile ? undefined : compileTestsFirst(hre);
  if (!args.noCompile) await hre.tasks.getTask('build').run({ noTests: true });
  const mochaResult = hre.tasks.getTask(['test', 'mocha']).run({ noCompile: true });
  const solidityResult = Promise.resolve(testsCompiled).then(() => runSolidity(hre.config.paths.root));
  const [solidity, mocha] = await Promise.all([solidityResult, mochaResult]);
  const { passed, failed } = outcome.parse(mocha);
  console.log(`\n${solidity.passed} passing in Solidity, ${passed} passing in TypeScript`);
  if (failed === 0 && solidity.ended === 0 && solidity.passed > 0) return successfulResult();
  console.log('Test run failed');
  return errorResult();
};

export default action;

/**
 * In a fresh clone the tests in Solidity are compiled while the contracts are. Not where a cache stands: both builds may
 * then end in the same moment, in which the one writes the cache that the other is writing. What is wrong with a test,
 * its run says.
 */
async function compileTestsFirst(hre: HardhatRuntimeEnvironment): Promise<void> {
  if (existsSync(join(hre.config.paths.cache, 'compile-cache.json'))) return;
  await hre.tasks
    .getTask('build')
    .run({ noContracts: true, quiet: true })
    .catch(() => undefined);
}

const summary = z.object({ summary: z.object({ passed: z.number(), failed: z.number() }) });
const outcome = z
  .object({ value: summary })
  .or(z.object({ error: summary }))
  .transform((told) => ('value' in told ? told.value : told.error).summary);

/** In a process of its own, whose output comes at its end and in one piece. */
async function runSolidity(
  root: string,
): Promise<{ passed: number; ended: number | string | null | undefined }> {
  const hardhat = join(root, 'node_modules', 'hardhat', 'dist', 'src', 'cli.js');
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [hardhat, 'test', 'solidity', '--no-compile'],
      { cwd: root, maxBuffer: Number.POSITIVE_INFINITY },
      (error, stdout, stderr) => {
        process.stdout.write(stdout);
        process.stderr.write(stderr);
        const passed = Number(/^ *(\d+) passing/m.exec(stdout)?.[1] ?? 0);
        resolve({ passed, ended: error === null ? 0 : (error.code ?? 1) });
      },
    );
  });
}
