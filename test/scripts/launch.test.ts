import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..', '..');

describe('scripts/launch.mjs', () => {
  let project: string;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), 'launch-'));
    await mkdir(join(project, 'scripts', 'lib'), { recursive: true });
    for (const name of ['launch.mjs', 'lib/progress.mjs']) {
      await cp(join(ROOT, 'scripts', name), join(project, 'scripts', name));
    }
    const about = { name: 'a-project', version: '1.0.0' };
    const lock = { ...about, lockfileVersion: 3, requires: true, packages: { '': about } };
    await writeFile(join(project, 'package.json'), JSON.stringify(about));
    await writeFile(join(project, 'package-lock.json'), JSON.stringify(lock));
    await writeFile(join(project, '.npmrc'), 'ignore-scripts=true\n');
  });
  after(() => rm(project, { recursive: true }));

  const ended = (...words: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/launch.mjs', ...words], { cwd: project });
  /** What it prints. */
  async function launch(...words: string[]): Promise<string> {
    const { stdout, stderr } = await ended(...words);
    return stdout + stderr;
  }

  it('installs once for each lockfile, also where npm may run no scripts', async () => {
    expect(await launch('node', '-p', '1')).to.contain('Installing dependencies');
    expect(await launch('node', '-p', '2')).to.equal('2\n');
  });

  it('compiles the contracts once, and not the tests in Solidity, which nobody runs then', async () => {
    await launch('node', '-p', '1');
    const bin = join(project, 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'hardhat'), '#!/bin/sh\necho hardhat "$@"\n', { mode: 0o755 });
    const { stdout, stderr } = await ended('--build', 'node', '-p', '1');
    expect(stdout).to.equal('1\n');
    expect(stderr).to.equal('Compiling the contracts ...\nhardhat build --quiet --no-tests\n');
    expect(await launch('--build', 'node', '-p', '2')).to.equal('2\n');
  });

  it('shows what a build that fails has said, with its exit status, and tries again', async () => {
    await writeFile(join(project, 'hardhat.config.ts'), 'changed');
    const broken = '#!/bin/sh\necho what; echo is wrong >&2; exit 3\n';
    await writeFile(join(project, 'node_modules', '.bin', 'hardhat'), broken, { mode: 0o755 });
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await ended('--build', 'node', '-p', '1').catch((error) => error);
      expect({ code, stdout }).to.deep.equal({ code: 3, stdout: '' });
      expect(stderr).to.contain('what\n').and.to.contain('is wrong\n');
    }
  });

  it('finds the contracts compiled apart from those tests', () => {
    const compiled = globSync('artifacts/**/*.sol', { cwd: ROOT });
    expect(compiled).to.include(join('artifacts', 'contracts', 'StreamHost.sol'));
    expect(compiled.filter((path) => path.endsWith('.t.sol'))).to.deep.equal([]);
  });
});
