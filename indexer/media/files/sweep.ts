import { rm } from 'node:fs/promises';
import { messageOf } from '../../lib/errors.ts';
import type { StoredObject } from './folder.ts';
import { clearIncoming } from './incoming.ts';
import type { StoredObjects } from './objects.ts';

/**
 * Brings things in order before the first use: deletes what uploads and removals left behind when their process was
 * killed, and makes the index say what lies in the folder.
 */
export async function sweep(objects: StoredObjects, log: (message: string) => void): Promise<void> {
  const { cleared, underWay } = await clearIncoming(objects.folder);
  const { objects: there, strays } = await objects.folder.list();
  // Directories first: a file that one of them needs stays.
  const sorted = there.toSorted((a, b) => a.kind.localeCompare(b.kind));
  await index(sorted, objects, log);
  if (underWay) return; // another process has placed files and not kept them yet, perhaps
  for (const path of strays) await rm(path, { force: true });
  const dropped = await objects.dropUnneeded(sorted.map(({ cid }) => cid));
  const left = cleared + dropped + strays.length + (await objects.roots.clear());
  if (left > 0) log(`media: deleted what ${left} unfinished uploads and removals had left`);
}

async function index(
  there: readonly StoredObject[],
  objects: StoredObjects,
  log: (message: string) => void,
): Promise<void> {
  const cids = new Set(there.map(({ cid }) => cid));
  for (const cid of objects.index.cids()) {
    const object = cids.delete(cid) ? null : objects.index.get(cid);
    if (object) await objects.index.remove(object, null);
  }
  const missing = there.filter(({ cid }) => cids.has(cid));
  for (const { cid, kind } of missing) {
    // What nothing needs is deleted next; only directories, which come first, say of files that they are needed.
    if (!(await objects.isNeeded(cid))) continue;
    await (kind === 'file' ? objects.addFile(cid) : objects.addDirectory(cid)).catch((error) =>
      log(`media: ${cid} is damaged: ${messageOf(error)}`),
    );
  }
}
