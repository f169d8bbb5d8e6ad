import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { newTestChain, removeTestChains, type TestChain } from './support.ts';

const CHILD = join(import.meta.dirname, 'child.ts');
const KILLS = Number(process.env.KILLS ?? 3);
/** Two starts and some fifty calls, on a machine that is busy with others. */
const MOST_MS_A_KILL = 10_000;

interface Answered {
  readonly hash: string;
  readonly blockHash: string;
}

describe('the development chain after kill -9', () => {
  let chain: TestChain;
  const answered: Answered[] = [];

  beforeEach(async () => {
    answered.length = 0;
    chain = await newTestChain();
  });
  afterEach(removeTestChains);

  it(`has every answered transaction in the same block, ${KILLS} kills in the middle of writes`, async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      // A different moment each time: after the n-th answer, while three other senders wait for theirs.
      await dieAfter(20 + ((kill * 37) % 50), '4');
      await expectAllThere();
    }
  }).timeout(30_000 + KILLS * MOST_MS_A_KILL);

  it('has the call that was journaled and not carried out', async () => {
    await dieAt('devnet.journaled:5');
    expect(answered).to.have.length(4);
    await expectAllThere(5);
  });

  it('has the call that was carried out and not answered', async () => {
    await dieAt('devnet.mined:5');
    expect(answered).to.have.length(4);
    await expectAllThere(5);
  });

  it('takes no more writes when its disk is full, still answers reads, and has all it answered', async () => {
    const [refusal] = await runOnFullDisk();
    expect(refusal).to.include({ hash: 'JournalBroken', blockHash: `0x${answered.length.toString(16)}` });
    expect(answered).to.have.length.above(3);
    await expectAllThere(answered.length);
  });

  /** Starts on what the killed process left, compares, and leaves the chain as it is. */
  async function expectAllThere(blocks?: number): Promise<void> {
    await chain.start();
    const hashes = await chain.hashes();
    if (blocks !== undefined) expect(hashes).to.have.length(blocks + 1);
    for (const { hash, blockHash } of answered) {
      const receipt = await chain.rpc<Record<string, unknown>>('eth_getTransactionReceipt', hash);
      expect(receipt, hash).to.include({ blockHash, status: '0x1' });
      expect(hashes).to.include(blockHash);
    }
    await chain.devnet.stop();
  }

  async function dieAfter(answers: number, senders: string): Promise<void> {
    const child = start(senders);
    let heard = 0;
    for await (const line of createInterface(child.stdout)) {
      hear(line);
      heard += 1;
      if (heard === answers) child.kill('SIGKILL');
    }
    expect(await child.ended).to.equal('SIGKILL');
    expect(heard).to.be.at.least(answers);
  }

  async function dieAt(point: string): Promise<void> {
    const child = start('1', { CRASH_AT: point });
    for await (const line of createInterface(child.stdout)) hear(line);
    expect(await child.ended).to.equal('SIGKILL');
  }

  /** A file size limit of a few kilobytes: the write that crosses it fails in its middle. */
  async function runOnFullDisk(): Promise<Answered[]> {
    const limited = ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, CHILD, chain.dataDir, '1'];
    const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) hear(line);
    expect((await ended)[0]).to.equal(0);
    return answered.splice(-1);
  }

  function start(senders: string, env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [CHILD, chain.dataDir, senders], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    const ended = once(child, 'exit').then(([, signal]: unknown[]) => signal);
    return { stdout: child.stdout, ended, kill: (signal: 'SIGKILL') => child.kill(signal) };
  }

  function hear(line: string): void {
    const [hash = '', blockHash = ''] = line.split(' ');
    answered.push({ hash, blockHash });
  }
});
