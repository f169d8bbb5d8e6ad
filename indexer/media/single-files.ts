import { canonicalCid } from '../lib/cid.ts';
import type {
  AddedMedia,
  AddOptions,
  DirectoryEntry,
  FoundMedia,
  ListedMedia,
  MediaStat,
} from './storage.ts';
import { MediaNotFound, StorageFailure } from './storage.ts';

/** What directories are to a back end that has none: nothing stands below a file. */
export abstract class SingleFiles {
  abstract readonly name: string;
  abstract stat(cid: string): Promise<MediaStat | null>;

  async addDirectory(_: AsyncIterable<DirectoryEntry>, __?: AddOptions): Promise<AddedMedia> {
    throw new StorageFailure(this.name, 'keeps single files, no directories', { retryable: false });
  }

  async find(cid: string, path: string): Promise<FoundMedia | null> {
    const key = path === '' ? canonicalCid(cid) : null;
    const stat = key && (await this.stat(key));
    return stat ? { cid: key, ...stat } : null;
  }

  // biome-ignore lint/correctness/useYield: there is nothing to list
  async *list(cid: string): AsyncGenerator<ListedMedia> {
    throw new MediaNotFound({ cid });
  }
}
