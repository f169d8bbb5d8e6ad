/**
 * A process for tests that kill it: `node busy-store.ts FOLDER SEED STEPS`. It adds, removes and reads at the same time,
 * and prints what it begins and what is done.
 */
import { writeSync } from 'node:fs';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { POOL, readWhole, seeded } from './pool.ts';

const [folder = '', seed = '0', steps = '0'] = process.argv.slice(2);
const random = seeded(Number(seed));
const storage = await openFileStorage({ folder, log: () => undefined });
/** What is kept, by names. */
const kept = new Map<string, string>(JSON.parse(process.env.KEPT ?? '[]'));
const busy = new Set<string>();

/** Waits until the line is in the pipe: what `process.stdout` holds while its reader is slow dies with the process. */
const say = (what: string, name: string, cid = '') => writeSync(1, `${JSON.stringify([what, name, cid])}\n`);

/** One after the other, on things of which no other hand has hold. */
async function work(deed: 'add' | 'remove' | 'read'): Promise<void> {
  for (let step = 0; step < Number(steps); step += 1) {
    const free = POOL.filter(({ name }) => !busy.has(name) && (deed === 'add' || kept.has(name)));
    const item = free[random(Math.max(1, free.length))];
    if (!item) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    busy.add(item.name);
    await DEEDS[deed](item).finally(() => busy.delete(item.name));
  }
}

type Deed = (item: (typeof POOL)[number]) => Promise<void>;
const DEEDS: Record<'add' | 'remove' | 'read', Deed> = {
  async add(item) {
    say('adding', item.name);
    const cid = await item.add(storage);
    kept.set(item.name, cid);
    say('added', item.name, cid);
  },
  async remove({ name }) {
    say('removing', name);
    await storage.remove(kept.get(name) ?? '');
    kept.delete(name);
    say('removed', name);
  },
  async read(item) {
    await readWhole(storage, kept.get(item.name) ?? '', item);
    say('read', item.name);
  },
};

await Promise.all([work('add'), work('add'), work('remove'), work('read'), work('read')]);
await storage.close();
