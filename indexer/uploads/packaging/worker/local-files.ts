import { type FileHandle, open } from 'node:fs/promises';
import type { MediaFile } from '../../../../packager/media-file.ts';

const TELL_EVERY_MS = 250;
/** A small file may be read more often. */
const MIN_BYTES = 16 * 1024 ** 2;

/** Files of this machine for one job, which tell from time to time how often they were read by now. */
export class LocalFiles implements AsyncDisposable {
  readonly #tell: (readings: number) => Promise<void>;
  readonly #handles: FileHandle[] = [];
  #toldAt = performance.now();

  constructor(tell: (readings: number) => Promise<void>) {
    this.#tell = tell;
  }

  async open(path: string): Promise<MediaFile> {
    const handle = await open(path);
    this.#handles.push(handle);
    const { size } = await handle.stat();
    let bytesRead = 0;
    return {
      sizeBytes: size,
      read: async (start, end) => {
        const bytes = await bytesOf(handle, start, end);
        bytesRead += bytes.length;
        if (performance.now() - this.#toldAt > TELL_EVERY_MS) {
          this.#toldAt = performance.now();
          await this.#tell(bytesRead / Math.max(size, MIN_BYTES));
        }
        return bytes;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const handle of this.#handles) await handle.close();
  }
}

async function bytesOf(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new Error('The file has become shorter.');
    at += bytesRead;
  }
  return bytes;
}
