/**
 * A process for tests that kill it: `node busy-store.ts FOLDER SEED STEPS LINES`. It adds, removes and reads at the same
 * time, writes what it begins and what is done to the file LINES, and prints it too.
 */
import { openSync, writeSync } from 'node:fs';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { POOL, readWhole, seeded } from './pool.ts';

const [folder = '', seed = '0', steps = '0', lines = ''] = process.argv.slice(2);
const toLines = openSync(lines, 'w');
const random = seeded(Number(seed));
const storage = await openFileStorage({ folder, log: () => undefined });
/** What is kept, by names. */
const kept = new Map<string, string>(JSON.parse(process.env.KEPT ?? '[]'));
const busy = new Set<string>();

/** What is in a file stays when the process dies; what a pipe's slow reader has not taken yet does not. */
function say(what: string, name: string, cid = ''): void {
  const line = `${JSON.stringify([what, name, cid])}\n`;
  writeSync(toLines, line);
  process.stdout.write(line);
}

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
