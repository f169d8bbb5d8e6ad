import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { JsonRpcProvider } from 'ethers';
import { publicTestAccounts } from '../../devchain/accounts.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { codeBlocks } from './code-blocks.ts';
import { dataFolder, getJson, type HostProcess, ROOT, removeFolder, startHost, UNSET } from './host.ts';

const SEPOLIA = 11_155_111;
const MOST_COMMANDS = 12;
const run = promisify(execFile);
const [operator, other, viewer] = publicTestAccounts();

describe("the README's commands on Sepolia, on a chain that answers as it", () => {
  const [block] = codeBlocks('README.md', 'On Sepolia');
  const commands = (block?.code.trim().split('\n') ?? []).map((line) => line.replace(/ # .*$/, ''));
  let chain: Anvil;
  let folder: string;
  let host: HostProcess | undefined;
  let url = '';

  before(async () => {
    folder = await dataFolder();
    chain = await startAnvil({ chainId: SEPOLIA });
    // What a person fills in.
    const filled = { ETH_RPC_URL: chain.url, PRIVATEKEY: operator?.privateKey ?? '' };
    const text = Object.entries(filled).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(folder, 'env'), text.join(''));
  });
  after(async () => {
    await host?.end('SIGKILL');
    await chain?.stop();
    await removeFolder(folder);
  });

  const env = (key = operator?.privateKey ?? '', data = 'data') => ({
    ...process.env,
    ...UNSET,
    ETH_RPC_URL: chain.url,
    PRIVATEKEY: key,
    DEPLOYMENTS_DIR: join(folder, 'deployments'),
    DATA_DIR: join(folder, data),
    PORT: '0',
    VIEWER_KEY: viewer?.privateKey ?? '',
  });
  /** As it stands there, but within this test's folder, and against its host. */
  const here = (part: string) => {
    const found = commands.find((command) => command.includes(part));
    if (found === undefined) throw new Error(`the README has no command with ${part}`);
    return found
      .replace('--env-file=.env', `--env-file=${join(folder, 'env')}`)
      .replace('http://localhost:8000', url)
      .replaceAll('watched.mp4', join(folder, 'watched.mp4'))
      .replace('npx hardhat', `${process.execPath} node_modules/hardhat/dist/src/cli.js`)
      .replace('npm run provide --', `${process.execPath} scripts/provide.ts`);
  };
  const inShell = async (command: string) =>
    (await run('bash', ['-euo', 'pipefail', '-c', command], { cwd: ROOT, env: env(), maxBuffer: 1 << 24 }))
      .stdout;
  const cid = () => /baf\w+/.exec(here('npm run provide'))?.[0] ?? '';

  it(`are at most ${MOST_COMMANDS}, from a clone on`, () => {
    expect(commands.length).to.be.within(1, MOST_COMMANDS);
    expect(commands.slice(0, 3)).to.deep.equal([
      'git clone REPOSITORY stream-host && cd stream-host',
      'cp .env.sample .env',
      'npm install',
    ]);
    expect(commands).to.include('npm start');
    expect(existsSync(join(ROOT, '.env.sample'))).to.equal(true);
  });

  it('deploy, start, publish: the video is served at once, under the CID that stands there', async () => {
    await inShell(here('hardhat deploy'));
    const settings = env();
    host = await startHost({ dataDir: settings.DATA_DIR, env: settings as Record<string, string> });
    url = host.url;
    expect(await inShell(`${here('publish.mjs')} ${url}`)).to.equal(`${url}/play/${cid()}\n`);
  });

  it('a stranger sends no more than it was ready to pay, whatever the host asks for', async () => {
    const dear = here('watch.mjs').replace(' 0.001 ', ' 0.0009 ');
    const { stderr } = await inShell(dear).then(
      () => ({ stderr: 'paid' }),
      (error: { stderr: string }) => error,
    );
    expect(stderr).to.contain('It costs 1000000000000000 wei, and MOST is 0.0009 ether.');
  });

  it('a stranger pays and watches it: one transaction, and the bytes of the file', async () => {
    const provider = new JsonRpcProvider(chain.url, SEPOLIA, { staticNetwork: true, cacheTimeout: -1 });
    try {
      const before = await provider.getTransactionCount(viewer?.address ?? '');
      await inShell(here('watch.mjs'));
      expect(await provider.getTransactionCount(viewer?.address ?? '')).to.equal(before + 1);
    } finally {
      provider.destroy();
    }
    const [watched, video] = await Promise.all(
      [join(folder, 'watched.mp4'), 'data/video.mp4'].map((path) => readFile(path)),
    );
    expect(Buffer.compare(watched ?? Buffer.of(), video ?? Buffer.of(1))).to.equal(0);
    const paid = await getJson<{ records: { source: string; payer: string }[] }>(
      `${url}/api/get-records/cid/${cid()}`,
    );
    expect(paid.records.map(({ source, payer }) => [source, payer])).to.deep.equal([
      ['direct', viewer?.address],
    ]);
  });

  it('another operator serves it, too', async () => {
    const child = spawn('bash', ['-c', `exec ${here('npm run provide')}`], {
      cwd: ROOT,
      env: env(other?.privateKey, 'other'),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const gone = once(child, 'close');
    let said = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      said += chunk;
      if (said.includes('until Ctrl-C')) break;
    }
    child.kill('SIGINT');
    await gone;
    expect(said).to.match(new RegExp(`${cid()} is served at http://127\\.0\\.0\\.1:\\d+/play/${cid()},`));
  });
}).timeout(120_000);
