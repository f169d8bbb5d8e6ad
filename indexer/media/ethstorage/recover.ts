import { BoundedMap } from '../../lib/bounded-map.ts';
import { SingleFlight } from '../../lib/tasks.ts';
import { cidOf } from '../unixfs/importer.ts';
import type { Directory, Entry } from './directory.ts';
import { patiently, type StoredFile, sha256 } from './read.ts';

/** How long it is remembered that there was nothing. */
const MISS_MS = 60_000;
const MAX_MISSES = 10_000;

/**
 * Finds again what the directory has and this host has no record of (another process stored it, or the data folder was
 * lost), by reading all of it: only bytes that give the CID count.
 */
export class Recovery {
  readonly #misses = new BoundedMap<string, number>(MAX_MISSES);
  readonly #underWay = new SingleFlight<StoredFile | null>();

  /** @param recover asked at most once at a time, and not again for a minute after a miss. */
  async find(cid: string, recover: () => Promise<StoredFile | null>): Promise<StoredFile | null> {
    if ((this.#misses.get(cid) ?? 0) > performance.now()) return null;
    const found = await this.#underWay.run(cid, recover);
    if (found === null) this.#misses.set(cid, performance.now() + MISS_MS);
    return found;
  }

  forget(cid: string): void {
    this.#misses.delete(cid);
  }
}

/** @returns `null` when what stands under the CID is something else, such as a part of it. */
export async function recognise(
  directory: Directory,
  cid: string,
  { sizeBytes, chunks }: Entry,
  chunkBytes: number,
  signal: AbortSignal,
): Promise<StoredFile | null> {
  const hashes: string[] = [];
  async function* all() {
    for (let id = 0; id < chunks; id += 1) {
      const chunk = await patiently(() => directory.chunk(cid, id, signal), signal);
      if (id + 1 < chunks && chunk.length !== chunkBytes) return;
      hashes.push(sha256(chunk));
      yield chunk;
    }
  }
  if (chunks === 0 || (await cidOf(all())).toString() !== cid) return null;
  return { directory: directory.address, sizeBytes, chunkBytes, sha256: hashes };
}
