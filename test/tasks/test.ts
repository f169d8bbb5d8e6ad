import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TaskOverrideActionFunction } from 'hardhat/types/tasks';
import { errorResult, successfulResult } from 'hardhat/utils/result';
import { z } from 'zod';
import { meansAll, type TestArguments } from './arguments.ts';

/**
 * `hardhat test` runs the tests in Solidity before those in TypeScript, and compiling the former takes one processor
 * alone. All tests at once run both beside each other; a choice of them runs as Hardhat does it.
 */
const action: TaskOverrideActionFunction<TestArguments> = async (args, hre, runSuper) => {
  if (!meansAll(args, hre)) return await runSuper(args);
  if (!args.noCompile) await hre.tasks.getTask('build').run({ noTests: true });
  const mochaResult = hre.tasks.getTask(['test', 'mocha']).run({ noCompile: true });
  const [solidity, mocha] = await Promise.all([runSolidity(hre.config.paths.root), mochaResult]);
  const { passed, failed } = outcome.parse(mocha);
  console.log(`\n${solidity.passed} passing in Solidity, ${passed} passing in TypeScript`);
  if (failed === 0 && solidity.ended === 0 && solidity.passed > 0) return successfulResult();
  console.log('Test run failed');
  return errorResult();
};

export default action;

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
