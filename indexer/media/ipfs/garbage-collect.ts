import { parseIpfsCid } from '../../lib/cid.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Pins } from '../pins.ts';
import { blockPaths } from '../unixfs/read-file.ts';
import type { BlockFiles } from './block-files.ts';
import { leftJournals } from './block-journal.ts';

export interface PinnedBlocks {
  blocks: BlockFiles;
  pins: Pins;
  log: (message: string) => void;
}

/** Deletes what uploads and removals left behind when their process was killed. */
export async function collectGarbage(pinned: PinnedBlocks, journalFolder: string): Promise<void> {
  const journals = await leftJournals(journalFolder);
  const garbage = new Set(journals.flatMap((journal) => journal.paths));
  if (garbage.size > 0) {
    await subtractPinned(garbage, pinned);
    await Promise.all([...garbage].map((path) => pinned.blocks.delete(path)));
    if (garbage.size > 0) pinned.log(`media: deleted ${garbage.size} blocks of unfinished uploads`);
  }
  await Promise.all(journals.map((journal) => journal.remove()));
}

/**
 * Takes out of `paths` every block that a kept file needs. Reads the inner nodes of all kept files, one for 174
 * leaves: 25 small reads for a file of 1 GiB.
 * @param except canonical CID of a file that does not count.
 */
export async function subtractPinned(
  paths: Set<string>,
  pinned: PinnedBlocks,
  except?: string,
): Promise<void> {
  for (const cid of await pinned.pins.list()) {
    if (paths.size === 0) return;
    if (cid !== except) for (const path of await pathsOf(cid, pinned)) paths.delete(path);
  }
}

/** The blocks of a file, as far as its inner nodes are sound: damage is logged, and what is below it is left out. */
export async function pathsOf(cid: string, { blocks, log }: PinnedBlocks): Promise<Set<string>> {
  const paths = new Set<string>();
  const root = parseIpfsCid(cid);
  if (!root) return paths;
  try {
    for await (const path of blockPaths(blocks, root)) paths.add(path);
  } catch (error) {
    log(`media: ${cid} is damaged: ${messageOf(error)}`);
  }
  return paths;
}
