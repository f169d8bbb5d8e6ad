import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { meteredSource } from '../metered-source.ts';
import type { AddOptions, DirectoryEntry } from '../storage.ts';
import type { DirectoryBuilder } from '../unixfs/directory-build.ts';
import { hashFile } from '../unixfs/importer.ts';

export interface Upload {
  stop: AbortSignal;
  /** Ends it. */
  failed: AbortController;
}

/** Files as they go to the node, each put into the directory once it is hashed. */
export async function* hashing(
  entries: AsyncIterable<DirectoryEntry>,
  builder: DirectoryBuilder,
  { stop, failed, onProgress }: Upload & Pick<AddOptions, 'onProgress'>,
): AsyncGenerator<DirectoryEntry> {
  let bytes = 0;
  try {
    for await (const { path, content } of entries) {
      if (content === null) {
        builder.placeDirectory(path);
        yield { path, content };
        continue;
      }
      const put = builder.place(path);
      const before = bytes;
      const metered = meteredSource(content, stop, (soFar) => {
        bytes = before + soFar;
        onProgress?.(bytes);
      });
      const { copy, sent } = mirrored(metered, failed, stop);
      const hashed = hashFile(copy);
      hashed.catch((error) => failed.abort(error));
      yield { path, content: sent };
      put(await hashed);
    }
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

/** What a source yields, twice. */
export function mirrored(source: AsyncIterable<Uint8Array>, failed: AbortController, stop: AbortSignal) {
  const copy = new PassThrough({ objectMode: true, highWaterMark: 2, signal: stop });
  copy.on('error', () => undefined); // told by whoever reads it
  return { copy, sent: passing(source, copy, failed) };
}

/** Yields what `source` yields, and hands it to `copy` too, both no faster than the slower of them. */
async function* passing(
  source: AsyncIterable<Uint8Array>,
  copy: PassThrough,
  failed: AbortController,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of source) {
      if (!copy.write(chunk)) await once(copy, 'drain', { signal: failed.signal });
      yield chunk;
    }
    copy.end();
  } catch (error) {
    failed.abort(error); // before Kubo's client sees it, which would end the upload as if the file were complete
    throw error;
  }
}
