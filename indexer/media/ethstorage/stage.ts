import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning } from '../running.ts';
import { MediaTooLarge } from '../storage.ts';
import { cidOf } from '../unixfs/importer.ts';

/** A file that has arrived whole, on its way to the directory: its name there is only known at its end. */
export interface StagedFile extends AsyncDisposable {
  cid: string;
  sizeBytes: number;
  /** Bytes `[offset, offset + length)`, as far as the file has them. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A folder for files on their way; those of processes that are gone are deleted when it opens. */
export class Stage {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(folder: string): Promise<Stage> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const pid = Number.parseInt(name, 10);
      if (pid === process.pid || !isRunning(pid)) await rm(join(folder, name), { force: true });
    }
    return new Stage(folder);
  }

  /** @throws {MediaTooLarge}, and what `source` throws; then nothing is left. */
  async take(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StagedFile> {
    const path = join(this.#folder, `${process.pid}-${randomUUID()}`);
    const handle = await open(path, 'wx+');
    const discard = async () => {
      await handle.close();
      await rm(path, { force: true });
    };
    let sizeBytes = 0;
    async function* written(): AsyncGenerator<Uint8Array> {
      for await (const piece of source) {
        if (sizeBytes + piece.length > maxBytes) throw new MediaTooLarge({ maxBytes });
        await handle.writeFile(piece); // all of it, behind what is there
        sizeBytes += piece.length;
        yield piece;
      }
    }
    try {
      const cid = (await cidOf(written())).toString();
      const read = (offset: number, length: number) => readFrom(handle, offset, length);
      return { cid, sizeBytes, read, [Symbol.asyncDispose]: discard };
    } catch (error) {
      await discard();
      throw error;
    }
  }
}

async function readFrom(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
  }
  return buffer;
}
