import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRunning } from '../../../../../indexer/media/running.ts';
import { FfmpegFailed } from '../../../../../indexer/uploads/packaging/ffmpeg/errors.ts';
import {
  type ProcessLimits,
  type ProcessOptions,
  runLimited,
} from '../../../../../indexer/uploads/packaging/ffmpeg/limited-process.ts';
import { node, startChild } from '../../../../child.ts';
import { rejected, rejection } from '../../../../rejection.ts';
import { until } from '../../../../until.ts';

const LIMITS = { memoryMb: 1_024, patienceMs: 60_000, maxMs: 60_000, maxFileBytes: 10_000 };
const KEEP_BUSY = 'echo $$ > pid; exec sleep 600';

describe('a command within limits', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'limited-')));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = (
    words: string[],
    limits: Partial<ProcessLimits> = {},
    options: Partial<Pick<ProcessOptions, 'onLine' | 'signal'>> = {},
  ) => runLimited(words, { folder, onLine: () => false, limits: { ...LIMITS, ...limits }, ...options });
  const pid = async () => {
    const path = join(folder, 'pid');
    await until('it has begun', () => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'));
    return Number(readFileSync(path, 'utf8'));
  };

  it('works in its folder, behind the host, and sees nothing of its environment', async () => {
    const lines: string[] = [];
    const words = ['sh', '-c', 'echo "$HOME$KEYS_SECRET"; pwd; nice'];
    process.env.KEYS_SECRET = 'a secret';
    try {
      await run(words, {}, { onLine: (line) => lines.push(line) > 0 });
    } finally {
      delete process.env.KEYS_SECRET;
    }
    expect(lines.slice(0, 2)).to.deep.equal(['', folder]);
    expect(Number(lines[2])).to.be.at.least(10);
  });

  it('fails with what it said last', async () => {
    const error = await rejected(run(['sh', '-c', 'echo it is broken >&2; exit 3']), FfmpegFailed);
    expect(error).to.include({ reason: 'exit', message: 'ffmpeg has ended with an error.' });
    expect((error.cause as Error).message).to.equal('it is broken\n');
    expect(await rejected(run(['no-such-command']), FfmpegFailed)).to.include({ reason: 'exit' });
  });

  it('writes no larger file than it may', async () => {
    await rejected(run(['sh', '-c', 'exec head -c 100000 /dev/zero > large']), FfmpegFailed);
    expect(statSync(join(folder, 'large')).size).to.be.within(1, 10_240);
    await run(['sh', '-c', 'exec head -c 10000 /dev/zero > small']);
  });

  if (process.platform === 'linux') {
    it('takes no more memory than it may', async () => {
      const words = [process.execPath, '-e', 'for (const all = []; ; ) all.push(Buffer.alloc(2 ** 20, 1))'];
      expect(await rejected(run(words, { memoryMb: 200 }), FfmpegFailed)).to.include({ reason: 'memory' });
    });
  }

  it('is ended when it takes too long, or says nothing new', async () => {
    const talking = ['sh', '-c', 'while :; do echo more; done'];
    for (const [words, limits] of [
      [talking, { maxMs: 200 }],
      [talking, { patienceMs: 200 }],
      [['sleep', '600'], { patienceMs: 200 }],
    ] as const) {
      expect(await rejected(run([...words], limits), FfmpegFailed)).to.include({ reason: 'time' });
    }
  });

  it('may take as long as it says something new', async () => {
    const words = ['sh', '-c', 'for i in 1 2 3 4 5 6 7; do echo $i; sleep 0.1; done'];
    await run(words, { patienceMs: 600 }, { onLine: () => true });
  });

  it('ends at once when it is told to', async () => {
    const stopping = new AbortController();
    const running = rejection(run(['sh', '-c', KEEP_BUSY], {}, { signal: stopping.signal }));
    const number = await pid();
    stopping.abort(new Error('enough'));
    expect((await running).message).to.equal('enough');
    expect(isRunning(number)).to.equal(false);
    expect((await rejection(run(['true'], {}, { signal: stopping.signal }))).message).to.equal('enough');
  });

  it('ends when the host is killed', async () => {
    const host = startChild(node('test/indexer/uploads/packaging/ffmpeg/busy-host.ts', folder));
    const number = await pid();
    host.process.kill('SIGKILL');
    await host.gone;
    await until('the command has ended', () => !isRunning(number));
  });
});
