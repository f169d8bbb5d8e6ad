import { sha256Hex } from './keys.ts';

/** A file of the directory. */
export interface PackagedFile {
  path: string;
  content: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** How much of the work is done with it: 0 to 1, never less than before. */
  part: number;
}

/** What is told of all files while they come: the hashes of what names others, and how far it is. */
export class DirectoryFiles {
  readonly #hashes: Record<string, string> = {};
  #part = 0;

  /** SHA-256 of every playlist, init segment and text so far, in hex, by path. */
  get hashes(): Readonly<Record<string, string>> {
    return this.#hashes;
  }

  reached(part: number): void {
    this.#part = Math.max(this.#part, Math.min(1, part));
  }

  file(path: string, bytes: Uint8Array<ArrayBuffer>): PackagedFile {
    return { path, content: once(bytes), part: this.#part };
  }

  /** A file whose hash content.json has. */
  async listed(path: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<PackagedFile> {
    const content = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.#hashes[path] = await sha256Hex(content);
    return this.file(path, content);
  }
}

async function* once(bytes: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield bytes;
}
