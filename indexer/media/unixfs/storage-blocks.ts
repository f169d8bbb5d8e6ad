import type { CID } from 'multiformats/cid';
import type { MediaStorage } from '../storage.ts';
import { type DirectoryBlocks, mediaStat } from './directory-read.ts';
import { BlockDamaged, verified } from './verify.ts';

/** A block that is not here, though what is here names it. */
export class BlockMissing extends BlockDamaged {
  constructor(cid: CID) {
    super(cid, 'is missing');
  }
}

/**
 * Blocks of a storage, for what walks over them; each is checked on its way, whoever keeps it.
 * @param nodes gets the directory nodes that were read, in order.
 */
export function blocksOf(storage: Pick<MediaStorage, 'block'>, nodes: CID[] = []): DirectoryBlocks {
  async function blockOf(cid: CID, signal?: AbortSignal) {
    signal?.throwIfAborted();
    const block = await storage.block(cid.toString());
    signal?.throwIfAborted();
    if (block === null) throw new BlockMissing(cid);
    return verified(cid, block);
  }
  return {
    stat: async (cid) => mediaStat(cid, await blockOf(cid)),
    async read(cid, signal) {
      nodes.push(cid);
      return await blockOf(cid, signal);
    },
  };
}
