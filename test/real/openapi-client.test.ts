import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { codeBlocks, runBlock } from '../e2e/code-blocks.ts';
import { getJson, useHost } from '../e2e/host.ts';
import { testWallet } from '../wallets.ts';

const run = promisify(execFile);
/** It reads by the API of TypeScript 5; what it makes is compiled by ours. */
const GENERATOR = ['openapi-typescript@7.13.0', 'openapi-fetch@0.17.0', 'typescript@5.9.3'];
const WALLETS = [1, 2, 3].map((index) => testWallet(index).address);

describe('a client that a generator makes of /openapi.json', function () {
  this.timeout(120_000);
  const host = useHost();
  let folder: string;
  before(async () => {
    folder = await mkdtemp('/tmp/openapi-client-');
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    const quiet = ['--prefer-offline', '--no-fund', '--no-audit', '--ignore-scripts'];
    await run('npm', ['install', ...quiet, ...GENERATOR, '@types/node@24.19.2'], { cwd: folder });
    const generator = join(folder, 'node_modules/openapi-typescript/bin/cli.js');
    const document = `${host.url}/openapi.json`;
    await run(process.execPath, [generator, document, '--output', 'schema.d.ts'], { cwd: folder });
    await copyFile(join(import.meta.dirname, 'openapi', 'calls.ts'), join(folder, 'calls.ts'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('compiles, its own declarations too, and calls a running host by them', async () => {
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, noEmit: true },
      ...{ module: 'nodenext', target: 'es2022', types: ['node'], skipLibCheck: false },
    };
    const config = { compilerOptions, files: ['schema.d.ts', 'calls.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout: said } = await run('tsc', ['--project', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(said).to.equal('');

    const [upload] = codeBlocks('docs/api-tour.md', 'The circle, call by call');
    if (!upload) throw new Error('a block is missing');
    await runBlock(upload, host);
    const { contents } = await getJson<{ contents: { cid: string }[] }>(`${host.url}/contents`);
    const asked = ['calls.ts', host.url, String(contents[0]?.cid), ...WALLETS];
    const { stdout } = await run(process.execPath, asked, { cwd: folder });
    expect(JSON.parse(stdout)).to.deep.equal({
      ...{
        chainId: 31_337,
        names: ['Sample Video'],
        prices: ['0.001'],
        urls: ['https://provider.example/stream'],
      },
      ...{ status: 200, settled: false, coins: 0, code: 'bad_cid' },
    });
  });
});
