import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import type { MediaStorage } from '../../../indexer/media/storage.ts';
import { cidOf } from '../../../indexer/media/unixfs/importer.ts';
import { node, runChild, startChild } from '../../child.ts';
import { bytesOf, CHUNK, collect, file } from './content.ts';
import { mediaOnDisk } from './on-disk.ts';
import { POOL, readWhole, seeded } from './pool.ts';

const SIZE = 3 * CHUNK + 1234;
const KILLS = Number(process.env.KILLS ?? 3);
const SEED = Number(process.env.SEED ?? 20_261_129);
/** More than any process gets to, which is killed before. */
const STEPS = 100_000;
const MOST_MS_A_KILL = 20_000;
/** Where in adding and removing it is killed; elsewhere it is killed after so many lines. */
const POINTS = ['upload.leaf', 'upload.written', 'upload.placed', 'upload.pinned', 'removal.recorded'];

describe('the embedded store after kill -9', () => {
  let folder: string;
  let storage: MediaStorage | undefined;
  const messages: string[] = [];
  const open = async () => {
    messages.length = 0;
    storage = await openFileStorage({ folder, log: (message) => messages.push(message) });
    return storage;
  };
  const close = async () => {
    await storage?.close();
    storage = undefined;
  };
  const onDisk = () => mediaOnDisk(folder);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-killed-'));
  });
  afterEach(async () => {
    await close();
    await rm(folder, { recursive: true });
  });

  const points = ['upload.leaf:1', 'upload.leaf:3', 'upload.written:1', 'upload.placed:1'];
  for (const [point, kind] of [
    ...points.map((each) => [each, 'file'] as const),
    ['upload.placed:1', 'directory'] as const,
  ]) {
    it(`deletes what an upload of a ${kind} wrote that was killed at ${point}, and keeps all else`, async () => {
      const kept = await (await open()).add(file(CHUNK + 5));
      const before = onDisk();
      await close();
      await uploadUntilKilled(kind, point);
      expect(onDisk()).to.have.length.above(before.length);

      const again = await open();
      expect(onDisk()).to.deep.equal(before);
      expect(messages).to.have.length(1);
      expect((await whole(kept.cid, CHUNK + 5)).equals(bytesOf(0, CHUNK + 5))).to.equal(true);
      expect(await again.rootsOf((await cidOf([bytesOf(CHUNK, CHUNK)])).toString())).to.deep.equal([]);
    });
  }

  it('keeps an upload that was recorded', async () => {
    const one = await open();
    const { cid } = await one.add(file(SIZE));
    await one.remove(cid);
    await close();
    await uploadUntilKilled('file', 'upload.pinned:1');
    expect((await whole(cid, SIZE)).equals(bytesOf(0, SIZE))).to.equal(true);
  });

  it('deletes what a removal had left to do', async () => {
    await uploadUntilKilled('removal', 'removal.recorded');
    expect(onDisk()).to.have.length.above(0);
    await open();
    expect(onDisk()).to.deep.equal([]);
  });

  describe(`while it adds, removes and reads at once, ${KILLS} times (seed ${SEED})`, () => {
    /** What lies on the disk for each thing that is kept, and its CID. */
    const laid = new Map<string, { cid: string; names: string[] }>();

    beforeEach(async () => {
      for (const item of POOL) {
        const one = await open();
        const cid = await item.add(one);
        laid.set(item.name, { cid, names: onDisk() });
        await one.remove(cid);
        await close();
      }
      expect(onDisk()).to.deep.equal([]);
    });

    /** @returns the lines it wrote until then, each with what it says and of what. */
    async function killed(kept: ReadonlySet<string>, seed: number): Promise<[string, string][]> {
      const random = seeded(seed);
      const point = POINTS[random(2 * POINTS.length)];
      const at = point && { CRASH_AT: `${point}:${1 + random(40)}` };
      const cids = [...kept].map((name) => [name, laid.get(name)?.cid]);
      const toLines = `${folder}.lines`;
      const words = node(join(import.meta.dirname, 'busy-store.ts'), folder, seed, STEPS, toLines);
      const child = startChild(words, { ...at, KEPT: JSON.stringify(cids) });
      const most = 1 + random(100);
      child.process.stdout?.on('data', () => {
        if (!at && child.output().split('\n').length > most) child.process.kill('SIGKILL');
      });
      expect(await child.gone, child.printed.stderr).to.equal('SIGKILL');
      const whole = (await readFile(toLines, 'utf8')).split('\n').slice(0, -1);
      await rm(toLines);
      return whole.map((line) => JSON.parse(line));
    }

    it('has lost nothing that was answered, and left nothing behind', async () => {
      const kept = new Set<string>();
      let read = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const unsure = new Set<string>();
        for (const [what, name] of await killed(kept, SEED + kill)) {
          if (what === 'read') read += 1;
          if (what === 'removing' || (what === 'adding' && !kept.has(name))) unsure.add(name);
          if (what === 'added' || what === 'removed') unsure.delete(name);
          if (what === 'added') kept.add(name);
          if (what === 'removed') kept.delete(name);
        }
        const again = await open();
        for (const item of POOL) {
          const { cid = '' } = laid.get(item.name) ?? {};
          const isHere = (await again.stat(cid)) !== null;
          const where = `${item.name} after kill ${kill}`;
          if (!unsure.has(item.name)) expect(isHere, where).to.equal(kept.has(item.name));
          if (!isHere) kept.delete(item.name);
          else await readWhole(again, cid, item);
          if (isHere) kept.add(item.name);
        }
        const names = [...kept].flatMap((name) => laid.get(name)?.names ?? []);
        expect(onDisk(), `kill ${kill}`).to.deep.equal([...new Set(names)].sort());
        await close();
      }
      expect(read).to.be.above(0);
    }).timeout(60_000 + KILLS * MOST_MS_A_KILL);
  });

  async function whole(cid: string, length: number): Promise<Buffer> {
    return await collect((storage ?? (await open())).read(cid, { offset: 0, length }));
  }

  async function uploadUntilKilled(what: string, point: string): Promise<void> {
    const words = node(join(import.meta.dirname, 'uploader.ts'), folder, what, SIZE);
    expect((await runChild(words, { CRASH_AT: point })).how).to.equal('SIGKILL');
  }
});
