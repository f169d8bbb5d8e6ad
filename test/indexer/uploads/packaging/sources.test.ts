import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { BaseError } from '../../../../indexer/lib/errors.ts';
import { Processes } from '../../../../indexer/lib/locks/processes.ts';
import { Sources } from '../../../../indexer/uploads/packaging/sources.ts';

describe('Sources', () => {
  let folder: string;
  let locks: string;
  let others: Processes[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sources-'));
    locks = mkdtempSync(join(tmpdir(), 'locks-'));
    others = [];
  });
  afterEach(() => {
    for (const processes of others) processes.close();
    for (const path of [folder, locks]) rmSync(path, { recursive: true });
  });

  /** As another process opens them. */
  async function opened() {
    const processes = Processes.open(locks);
    others.push(processes);
    return { processes, sources: await Sources.open(folder, processes) };
  }
  async function* video() {
    yield Buffer.from('a video');
  }
  const names = () => readdirSync(folder).sort();

  it('deletes what nobody needs, also where the number of its process is used again', async () => {
    const { sources } = await opened();
    const stale = ['over', `old.${process.ppid}`, 'older.1'];
    for (const name of ['needed', ...stale]) writeFileSync(join(folder, name), '');
    await sources.sweep(async () => ['needed']);
    expect(names()).to.deep.equal(['needed']);
  });

  it('leaves what another process receives, until that has ended', async () => {
    const [theirs, { sources }] = [await opened(), await opened()];
    await theirs.sources.take('a', video());
    await sources.sweep(async () => []);
    expect(names()).to.have.length(1);
    theirs.processes.close();
    await sources.sweep(async () => []);
    expect(names()).to.deep.equal([]);
    others.shift();
  });

  it('leaves what another process keeps, at whatever moment', async () => {
    const [theirs, { sources }] = [await opened(), await opened()];
    const rows: string[] = [];
    const steps: (() => unknown)[] = [
      () => theirs.sources.take('a', video()),
      () => theirs.sources.keep('a'),
      () => rows.push('a'),
      () => theirs.sources.settle('a'),
    ];
    for (let before = 0; before <= steps.length; before += 1) {
      for (const step of steps.slice(0, before)) await step();
      await sources.sweep(async () => {
        const answer = [...rows]; // the rest comes to pass behind the answer
        for (const step of steps.slice(before)) await step();
        return answer;
      });
      expect(existsSync(sources.pathOf('a')), `after ${before} steps`).to.equal(true);
      expect(names()).to.deep.equal(['a']);
      await sources.remove('a');
      rows.length = 0;
    }
  });

  it('leaves nothing of what breaks off', async () => {
    const { sources } = await opened();
    async function* broken() {
      yield Buffer.from('a part');
      throw new BaseError('broken off');
    }
    expect(await sources.take('id', broken()).catch(({ message }) => message)).to.equal('broken off');
    expect(names()).to.deep.equal([]);
  });

  it('removes what was taken, and what is kept', async () => {
    const { sources } = await opened();
    for (const id of ['taken', 'kept']) await sources.take(id, video());
    await sources.keep('kept');
    for (const id of ['taken', 'kept', 'missing']) await sources.remove(id);
    expect(names()).to.deep.equal([]);
  });
});
