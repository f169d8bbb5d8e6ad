import { access, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint } from '../../lib/crash-point.ts';
import { syncFolder } from '../../lib/durable-file.ts';
import { isCode } from '../../lib/errors.ts';
import type { Processes } from '../../lib/locks/processes.ts';
import { isWorkFolder } from './names.ts';

/**
 * Files as they were uploaded, until they are packaged: the only place where a protected video lies open. Named by the id of
 * the upload; one that arrives has the name of its process behind it, until its upload is in the records.
 */
export class Sources {
  readonly #folder: string;
  readonly #processes: Processes;

  private constructor(folder: string, processes: Processes) {
    this.#folder = folder;
    this.#processes = processes;
  }

  static async open(folder: string, processes: Processes): Promise<Sources> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Sources(folder, processes);
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

  /** Takes a file that is on the disk already; it goes there by the same name, too. */
  async adopt(id: string, path: string): Promise<void> {
    await rm(this.#arriving(id), { force: true });
    await link(path, this.#arriving(id));
  }

  /** What was taken outlives a crash when it resolves, if its upload is in the records by then. */
  async keep(id: string): Promise<void> {
    await link(this.#arriving(id), this.pathOf(id));
    await syncFolder(this.#folder);
    crashPoint('packaging.received');
  }

  /** The upload is in the records. */
  async settle(id: string): Promise<void> {
    await rm(this.#arriving(id), { force: true });
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

  /**
   * Deletes what nobody needs: files that were arriving when their process ended, and any whose upload is over.
   * @param needed ids of uploads, asked when it is known what there is: what is kept meanwhile is not looked at.
   */
  async sweep(needed: () => Promise<string[]>): Promise<void> {
    const found = await readdir(this.#folder);
    const over: string[] = [];
    const arriving = new Set<string>();
    for (const name of found.filter((each) => !isWorkFolder(each))) {
      const [id = '', by] = name.split('.');
      if (by === undefined) continue;
      if (this.#processes.isRunning(by)) arriving.add(id);
      else over.push(name);
    }
    const kept = new Set(await needed());
    const isOver = (name: string) => !name.includes('.') && !kept.has(name) && !arriving.has(name);
    await this.#delete([...over, ...found.filter(isOver)]);
  }

  /** Deletes what is made of files for their packaging. To be called where none is packaged. */
  async sweepWork(): Promise<void> {
    await this.#delete((await readdir(this.#folder)).filter(isWorkFolder));
  }

  async #delete(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.#folder, name), { recursive: true, force: true });
    await syncFolder(this.#folder);
  }

  #arriving(id: string): string {
    return `${this.pathOf(id)}.${this.#processes.name}`;
  }
}

async function* arriving(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    yield chunk;
    crashPoint('packaging.arriving');
  }
}
