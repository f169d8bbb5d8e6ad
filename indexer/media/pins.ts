import { readFileSync, statSync } from 'node:fs';
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BoundedMap } from '../lib/bounded-map.ts';
import { replaceFile, syncFolder, UNFINISHED } from '../lib/durable-file.ts';
import { isCode } from '../lib/errors.ts';

const SUFFIX = '.json';
const MAX_KNOWN = 4_096;

/**
 * What is known of the roots that are kept, one small file each, named by canonical CID. Writing the record is what
 * makes an upload real: it is one atomic step, so that after a crash a file is here wholly or not at all.
 */
export class Pins<Kept> {
  readonly #folder: string;
  /** Asked for several times by each request; good while the file is the same, whichever process has written it. */
  readonly #known = new BoundedMap<string, { pin: Kept; file: string }>(MAX_KNOWN);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `null` for what is not kept, and for a record that a power cut left torn: uploading the file again heals it. */
  async get(cid: string): Promise<Kept | null> {
    try {
      // Some bytes: to have another thread look at them takes ten times as long.
      const { ino, mtimeMs, size } = statSync(this.#file(cid));
      const file = `${ino} ${mtimeMs} ${size}`;
      const known = this.#known.get(cid);
      if (known?.file === file) return known.pin;
      const pin = JSON.parse(readFileSync(this.#file(cid), 'utf8'));
      this.#known.set(cid, { pin, file });
      return pin;
    } catch (error) {
      if (isCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Whether there is a record, be it torn. */
  async has(cid: string): Promise<boolean> {
    try {
      await access(this.#file(cid));
      return true;
    } catch (error) {
      if (isCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  async put(cid: string, pin: Kept): Promise<void> {
    await replaceFile(this.#file(cid), JSON.stringify(pin));
  }

  async delete(cid: string): Promise<void> {
    await rm(this.#file(cid), { force: true });
    await syncFolder(this.#folder); // no record may come back after the blocks that it needs are gone
  }

  async list(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  }

  /** Deletes what was being written when a process was killed. @returns how many */
  async clear(): Promise<number> {
    const names = await readdir(this.#folder);
    const torn = names.filter((name) => name.endsWith(UNFINISHED));
    for (const name of torn) await rm(join(this.#folder, name), { force: true });
    return torn.length;
  }

  #file(cid: string): string {
    return join(this.#folder, cid + SUFFIX);
  }
}
