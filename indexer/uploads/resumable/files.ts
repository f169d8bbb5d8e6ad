import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint } from '../../lib/crash-point.ts';
import { syncFolder, writeAll } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';

/** What a cut of the power takes back at most, and what there is to be written at the end of a request. */
const SYNC_BYTES = 64 * 1024 ** 2;

/** Files that come in pieces, each named by the id of its upload. One that is not there has no bytes yet. */
export class ResumableFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<ResumableFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new ResumableFiles(folder);
  }

  pathOf(id: string): string {
    return join(this.#folder, id);
  }

  /** @returns how many bytes there are, whether they are on the disk or not. */
  async size(id: string): Promise<number> {
    const found = await stat(this.pathOf(id)).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    return found?.size ?? 0;
  }

  /** @returns how many bytes there are, all of them on the disk. */
  async length(id: string): Promise<number> {
    try {
      await using file = await open(this.pathOf(id), 'r+');
      await file.sync();
      return (await file.stat()).size;
    } catch (error) {
      if (isCode(error, 'ENOENT')) return 0;
      throw error;
    }
  }

  /**
   * Writes what comes, also where it ends with an error: all that has come is on the disk then.
   * @param offset the present length. @throws what `content` throws, and the system
   */
  async append(id: string, offset: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    await using file = await open(this.pathOf(id), offset === 0 ? 'w' : 'r+', 0o600);
    let at = offset;
    let syncedTo = offset;
    try {
      for await (const chunk of content) {
        await writeAll(file, chunk, at);
        at += chunk.length;
        crashPoint('resumable.arriving');
        if (at - syncedTo < SYNC_BYTES) continue;
        await file.datasync();
        syncedTo = at;
      }
    } finally {
      await file.sync();
      if (offset === 0) await syncFolder(this.#folder);
    }
  }

  /** A miss is not an error. */
  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  list(): Promise<string[]> {
    return readdir(this.#folder);
  }
}
