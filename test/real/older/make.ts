// Makes the DATA_DIRs of an older version, by that version itself, as they lie beside this file:
//   node scripts/launch.mjs --build node test/real/older/make.ts [COMMIT]
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAnvil } from '../../e2e/anvil.ts';
import { type HostProcess, ROOT, startHost, UNSET } from '../../e2e/host.ts';
import { testWallet } from '../../wallets.ts';
import { answersOf, rowsOf } from './answers.ts';
import { live } from './life.ts';
import { ANVIL_ARGS, COMMIT, HOST_ENV, SEPOLIA } from './past.ts';

const run = promisify(execFile);
const [commit = COMMIT] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'older-'));
const tree = join(folder, 'tree');
const launched = ['scripts/launch.mjs', '--build', 'node'];
/** The older version in its own folder, with its own dependencies. */
const older = async (words: string[], env: Record<string, string> = {}) =>
  await run(process.execPath, words, { cwd: tree, env: { ...process.env, ...UNSET, ...env } });

await run('git', ['worktree', 'add', '--detach', tree, commit], { cwd: ROOT });
try {
  await older([...launched, '--eval', '0']);
  await make('devchain', false, {});
  const state = join(folder, 'sepolia', 'chain.json');
  await mkdir(join(folder, 'sepolia'));
  const anvil = await startAnvil({ chainId: SEPOLIA, args: [...ANVIL_ARGS, '--dump-state', state] });
  try {
    const deploymentsDir = join(folder, 'sepolia', 'deployments');
    const env = {
      ETH_RPC_URL: anvil.url,
      PRIVATEKEY: testWallet().privateKey,
      DEPLOYMENTS_DIR: deploymentsDir,
    };
    await older(['scripts/launch.mjs', 'hardhat', 'deploy', '--network', 'sepolia'], env);
    await make('sepolia', true, env);
  } finally {
    await anvil.stop();
  }
  for (const name of ['devchain', 'sepolia']) {
    const archive = join(import.meta.dirname, `${name}.tar.xz`);
    await run('tar', ['--sort=name', '-cJf', archive, '-C', folder, name]);
  }
} finally {
  await run('git', ['worktree', 'remove', '--force', tree], { cwd: ROOT });
  await rm(folder, { recursive: true, force: true });
}

/** A host's life, then what it answers and holds. */
async function make(name: string, isPublic: boolean, chainEnv: Record<string, string>): Promise<void> {
  const dataDir = join(folder, name, 'data');
  const env = { ...HOST_ENV, ...chainEnv };
  const main = [process.execPath, 'indexer/main.ts'].join(' ');
  const start = (): Promise<HostProcess> =>
    startHost({ dataDir, env }, ['bash', '-c', `cd '${tree}' && exec ${main}`]);
  const host = await start();
  const ports = { DATA_DIR: dataDir, PORT: new URL(host.url).port, DEVNET_PORT: new URL(host.rpcUrl).port };
  const script = async (file: string, ...words: string[]) =>
    void (await older([`scripts/${file}.ts`, ...words], { ...env, ...ports }));
  try {
    const { named, bought } = await live(host, { isPublic, script });
    const answers = await answersOf(host, named);
    await host.end('SIGTERM');
    const lived = { commit, named, bought, answers, rows: rowsOf(dataDir) };
    await writeFile(join(folder, name, 'lived.json'), JSON.stringify(lived, null, 1));
  } finally {
    await host.end('SIGTERM');
  }
}
