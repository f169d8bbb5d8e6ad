import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataFolder, eventually, ROOT, removeFolder, UNSET } from './host.ts';

/** The processes that `npm start` consists of, from the outside in. */
export const LINKS = ['npm', 'launcher', 'host'] as const;
export type Link = (typeof LINKS)[number];

/** What `npm start` has started, and the ports that it takes. */
export interface ProcessTree {
  pids: Record<Link, number>;
  /** Those that still run, and the ports that still answer. */
  left(): Promise<string[]>;
  /** Ends whatever a failed test has left. */
  close(): Promise<void>;
}

interface PackageJson {
  scripts: { start: string };
}

/** `npm start` as package.json has it, but without the builds, which other tests that run beside it would see. */
export async function npmStart(): Promise<ProcessTree> {
  const dataDir = await dataFolder();
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson;
  const start = scripts.start.replace(' --build --page', '').replace('scripts/', `${ROOT}scripts/`);
  writeFileSync(join(dataDir, 'package.json'), JSON.stringify({ scripts: { start } }));
  const npm = spawn('npm', ['start', '--no-update-notifier'], {
    cwd: dataDir,
    env: { ...process.env, ...UNSET, PORT: '0', DEVNET_PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  npm.stdout.setEncoding('utf8');
  while (!/^Ready: /m.test(output)) output += (await once(npm.stdout, 'data'))[0];
  npm.stdout.resume();
  const pids = await lineage(npm.pid ?? 0);
  const urls = output.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g);
  const ports = [...new Set([...urls].map(([, port]) => Number(port)))];
  const left = async () => {
    const running = new Set((await processes()).map(({ pid }) => pid));
    const open = await Promise.all(ports.map(answers));
    return [
      ...LINKS.filter((link) => running.has(pids[link])),
      ...ports.filter((_, index) => open[index]).map((port) => `port ${port}`),
    ];
  };
  return {
    pids,
    left: () => eventually(3_000, left, (names) => names.length === 0),
    async close() {
      for (const { pid } of await processes()) {
        if (Object.values(pids).includes(pid)) process.kill(pid, 'SIGKILL');
      }
      await removeFolder(dataDir);
    },
  };
}

/** Each process is the only child of the one before it. */
async function lineage(npm: number): Promise<Record<Link, number>> {
  const all = await processes();
  const childOf = (parent: number) => all.find(({ ppid }) => ppid === parent)?.pid ?? 0;
  const launcher = childOf(npm);
  return { npm, launcher, host: childOf(launcher) };
}

/** All that run; not those that have ended and that nobody has asked after. */
async function processes(): Promise<{ pid: number; ppid: number }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,stat=']);
  const rows = stdout.trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , state]) => !state?.startsWith('Z'))
    .map(([pid, ppid]) => ({ pid: Number(pid), ppid: Number(ppid) }));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
