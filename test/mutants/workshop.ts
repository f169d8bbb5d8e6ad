import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Mutant } from './mutant.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
/** Any change of a guard changes the gas; that proves nothing. */
const PROVES_NOTHING = 'gas.test.ts';
/** What the generated decoders in types/ stand on. */
const READS_EVENTS = ['indexer/contract/decode', 'indexer/lib'];
/** TAP and not JSON: mocha can't write failures that hold a bigint as JSON. */
const MOCHA = ['--bail', '--timeout', '120000', '--reporter', 'tap'];

/** A copy of the contracts and their tests, in which guards are removed one at a time. */
export interface Workshop {
  /** By path below contracts/, without mocks and interfaces. */
  sources: ReadonlyMap<string, string>;
  /** The first test that fails without the guard; `null` if none does. Throws where the mutant can't be compiled. */
  killerOf(mutant: Mutant): Promise<string | null>;
  close(): void;
}

export function openWorkshop(): Workshop {
  const dir = join(ROOT, 'cache', 'mutants');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const folder of ['contracts', 'test/contracts', 'types', 'bench', ...READS_EVENTS]) {
    cpSync(join(ROOT, folder), join(dir, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.t.sol'),
    });
  }
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dir, 'hardhat.config.ts'), "export { default } from '../../hardhat.config.ts';\n");
  const sources = readSources(dir);
  return {
    sources,
    async killerOf(mutant) {
      for (const [path, source] of mutant.sources) writeFileSync(join(dir, 'contracts', path), source);
      try {
        return await firstFailure(dir);
      } finally {
        for (const path of mutant.sources.keys()) {
          writeFileSync(join(dir, 'contracts', path), sources.get(path) ?? '');
        }
      }
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function readSources(dir: string): Map<string, string> {
  const paths = globSync(['*.sol', 'libraries/*.sol'], { cwd: join(dir, 'contracts') }).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(dir, 'contracts', path), 'utf8')]));
}

/** Tests in TypeScript first, which are many and fast; then the random ones in Solidity, which take long to compile. */
async function firstFailure(dir: string): Promise<string | null> {
  await run('hardhat', ['build', '--quiet', '--no-typechain', '--no-tests'], { cwd: dir });
  const tests = join(dir, 'test', 'contracts');
  const files = globSync('*.test.ts', { cwd: tests }).filter((name) => name !== PROVES_NOTHING);
  const byMocha = await outputOf('mocha', [...MOCHA, ...files.sort().map((name) => join(tests, name))], dir);
  const failure = /^not ok \d+ (.*)$/m.exec(byMocha)?.[1];
  if (failure !== undefined) return failure;
  if (!/^# fail 0$/m.test(byMocha)) throw new Error(`mocha did not finish:\n${byMocha}`);
  const random = globSync('*.t.sol', { cwd: join(ROOT, 'test', 'contracts') });
  for (const name of random) cpSync(join(ROOT, 'test', 'contracts', name), join(tests, name));
  const bySolidity = await outputOf('hardhat', ['test', 'solidity', '--no-typechain'], dir);
  for (const name of random) rmSync(join(tests, name));
  return /^ {4}1\) (.*)$/m.exec(bySolidity)?.[1] ?? null;
}

/** What a command prints, whether it succeeds or not. */
async function outputOf(command: string, args: string[], cwd: string): Promise<string> {
  const options = { cwd, maxBuffer: 2 ** 28 };
  const { stdout } = await run(command, args, options).catch((error: { stdout: string }) => error);
  return stdout;
}
