import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lockFile } from '../../../../indexer/lib/locks/file-lock.ts';
import { Processes } from '../../../../indexer/lib/locks/processes.ts';
import { node, startChild } from '../../../child.ts';
import { until } from '../../../until.ts';

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url));

describe('locks of processes', () => {
  let folder: string;
  let child: ReturnType<typeof startChild> | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'locks-'));
  });
  afterEach(async () => {
    child?.process.kill('SIGKILL');
    await child?.gone;
    rmSync(folder, { recursive: true });
  });

  it('are one process’s at a time', () => {
    const path = join(folder, 'lock');
    const lock = lockFile(path);
    expect(lock).to.not.equal(null);
    expect(lockFile(path)).to.equal(null);
    lock?.release();
    const again = lockFile(path);
    expect(again).to.not.equal(null);
    again?.release();
  });

  it('tell which run, and are over with a process that is killed', async () => {
    const own = Processes.open(folder);
    const other = startChild(node(PROCESS, folder));
    child = other;
    await until('it runs', () => other.printed.stdout.endsWith('\n'));
    const theirs = other.printed.stdout.trim();
    expect([own.name, theirs, '1', String(process.pid)].map((name) => own.isRunning(name))).to.deep.equal([
      ...[true, true, false, false],
    ]);
    other.process.kill('SIGKILL');
    await other.gone;
    expect(own.isRunning(theirs)).to.equal(false);
    expect(own.isRunning(own.name)).to.equal(true);
    expect(readdirSync(folder)).to.deep.equal([own.name]);
    own.close();
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
