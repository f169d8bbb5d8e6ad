import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const MOCHA = join('node_modules', 'mocha', 'bin', 'mocha.js');

describe('a file of tests that fails in a process of its own', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join('cache', 'failing-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('tells which test failed and why, also by an error that holds an amount', async () => {
    const file = join(folder, 'amounts.test.ts');
    writeFileSync(
      file,
      "it('pays', () => { throw Object.assign(new Error('too little'), { value: 1n }); });\n",
    );
    const required = join(import.meta.dirname, 'unhandled.ts');
    const args = [
      MOCHA,
      '--no-config',
      '--parallel',
      '--jobs=2',
      `--require=${required}`,
      file,
      join(import.meta.dirname, 'times.test.ts'),
    ];
    const told = await new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        args,
        { env: { ...process.env, TEST_TIMES_FILE: undefined } },
        (_error, stdout) => resolve(stdout),
      );
    });
    expect(told).to.match(/2 passing/);
    expect(told).to.match(/1\) pays:\n\s+Error: too little/);
  });
});
