import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint } from '../../lib/crash-point.ts';
import { syncFolder } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';
import { isRunning } from '../../media/running.ts';

/**
 * Files as they were uploaded, until they are packaged: the only place where a protected video lies open. Named by the id of
 * the upload; one that arrives has the number of its process behind it.
 */
export class Sources {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Sources> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Sources(folder);
  }

  pathOf(id: string): string {
    return join(this.#folder, id);
  }

  /** @returns how many bytes there were; they are on the disk. */
  async take(id: string, content: AsyncIterable<Uint8Array>): Promise<number> {
    const path = this.#arriving(id);
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(arriving(content));
      await file.sync();
      return (await file.stat()).size;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }

  /** What was taken outlives a crash when it resolves. */
  async keep(id: string): Promise<void> {
    await rename(this.#arriving(id), this.pathOf(id));
    await syncFolder(this.#folder);
    crashPoint('packaging.received');
  }

  async has(id: string): Promise<boolean> {
    try {
      await access(this.pathOf(id));
      return true;
    } catch (error) {
      if (isCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /** Gone for good when it resolves, whether it was kept or not. A miss is not an error. */
  async remove(id: string): Promise<void> {
    await rm(this.#arriving(id), { force: true });
    await rm(this.pathOf(id), { force: true });
    await syncFolder(this.#folder);
  }

  /** Deletes what nobody needs: files that were arriving when their process ended, and any whose upload is over. */
  async sweep(needed: readonly string[]): Promise<void> {
    const kept = new Set(needed);
    for (const name of await readdir(this.#folder)) {
      const [, id = name, pid] = /^(.*)\.(\d+)$/.exec(name) ?? [];
      const isArriving = pid !== undefined && Number(pid) !== process.pid && isRunning(Number(pid));
      if (isArriving || (pid === undefined && kept.has(id))) continue;
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
    await syncFolder(this.#folder);
  }

  #arriving(id: string): string {
    return `${this.pathOf(id)}.${process.pid}`;
  }
}

async function* arriving(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    crashPoint('packaging.arriving');
  }
}
