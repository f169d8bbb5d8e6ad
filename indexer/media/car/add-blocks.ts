import { CID } from 'multiformats/cid';
import type { AddedMedia, AddOptions, DirectoryEntry, MediaStorage } from '../storage.ts';
import { InvalidPath } from '../storage.ts';
import { type DirectoryBlocks, listDirectory } from '../unixfs/directory-read.ts';
import { readFileBytes } from '../unixfs/read-file.ts';
import { BlockDamaged } from '../unixfs/verify.ts';
import { BadArchive } from './errors.ts';

const MAX_ENTRIES = 100_000;
const MAX_PATH_LENGTH = 4_096;

export interface AddBlocksOptions extends AddOptions {
  /** What looks at the bytes of each file on their way. */
  through?: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Of a directory, in all its directories together: few blocks can name any number by naming each other again. */
  maxEntries?: number;
}

/**
 * Adds the file or the directory that blocks make. It is kept as every other: under the CID that the storage finds, which
 * is theirs where they are as `ipfs add --cid-version=1` cuts them.
 * @throws {BadArchive} where a block is missing or no part of what it is in, and what the storage throws
 */
export async function addBlocks(
  storage: Pick<MediaStorage, 'add' | 'addDirectory'>,
  blocks: DirectoryBlocks,
  root: CID,
  { through = (content) => content, maxEntries = MAX_ENTRIES, ...options }: AddBlocksOptions = {},
): Promise<AddedMedia> {
  try {
    const stat = await blocks.stat(root);
    if (stat === null) throw new BadArchive(`${root} is neither a file nor a directory.`);
    const whole = { offset: 0, length: stat.sizeBytes };
    if (stat.kind === 'file') return await storage.add(through(readFileBytes(blocks, root, whole)), options);
    return await storage.addDirectory(entriesOf(blocks, root, { through, maxEntries }), options);
  } catch (error) {
    if (error instanceof BlockDamaged || error instanceof InvalidPath) {
      throw new BadArchive(`The archive is not whole: ${error.message}.`, { cause: error });
    }
    throw error;
  }
}

async function* entriesOf(
  blocks: DirectoryBlocks,
  root: CID,
  { through, maxEntries }: Required<Pick<AddBlocksOptions, 'through' | 'maxEntries'>>,
): AsyncGenerator<DirectoryEntry> {
  let entries = 0;
  const open = [{ at: '', listed: listDirectory(blocks, root) }];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const { at, listed } = last;
    const { value, done } = await listed.next();
    if (done) {
      open.pop();
      continue;
    }
    const { name, kind, sizeBytes } = value;
    const path = at + name;
    const cid = CID.parse(value.cid);
    entries += 1;
    if (entries > maxEntries) throw new BadArchive(`The directory has more than ${maxEntries} entries.`);
    if (path.length > MAX_PATH_LENGTH) throw new BadArchive('The directory has a path that is too long.');
    if (kind === 'file') {
      yield { path, content: through(readFileBytes(blocks, cid, { offset: 0, length: sizeBytes })) };
    } else {
      yield { path, content: null };
      open.push({ at: `${path}/`, listed: listDirectory(blocks, cid) });
    }
  }
}
