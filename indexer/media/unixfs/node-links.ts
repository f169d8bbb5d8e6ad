import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';

/** What a node names. */
export interface NodeLink {
  cid: CID;
  name: string;
  /** Of all blocks below it, as the node says it; 0 where it does not. */
  dagBytes: number;
  /** Bytes of the file below it; unknown where the node is no part of a file. */
  sizeBytes: number | undefined;
}

export interface NodeLinks {
  /** A shard is a part of a large directory: the names in it begin with their place in the table. */
  kind: 'file' | 'directory' | 'shard' | 'other';
  links: NodeLink[];
  /** Bytes of a file that the node holds itself, before those of its links. */
  heldBytes: number;
  /** Places in a shard; 0 of what is none. */
  fanout: number;
}

const LEAF: NodeLinks = { kind: 'file', links: [], heldBytes: 0, fanout: 0 };
const OPAQUE: NodeLinks = { ...LEAF, kind: 'other' };

/** Where a block leads to. What is neither a raw leaf nor a node of UnixFS leads nowhere that is known here. */
export function linksOf(cid: CID, block: Uint8Array): NodeLinks {
  if (cid.code === raw.code) return { ...LEAF, heldBytes: block.length };
  if (cid.code !== dagPb.code) return OPAQUE;
  const { Links, Data } = dagPb.decode(block);
  const unixfs = unixfsOf(Data);
  const kind = kindOf(unixfs);
  const sizes = unixfs?.blockSizes ?? [];
  return {
    kind,
    links: Links.map(({ Hash, Name = '', Tsize = 0 }, index) => ({
      cid: Hash,
      name: Name,
      dagBytes: Tsize,
      sizeBytes: kind === 'file' && sizes[index] !== undefined ? Number(sizes[index]) : undefined,
    })),
    heldBytes: kind === 'file' ? (unixfs?.data?.length ?? 0) : 0,
    fanout: kind === 'shard' ? Number(unixfs?.fanout ?? 256n) : 0,
  };
}

/** How many characters of a name in a shard are its place; a link that has no more leads to the next shard. */
export function prefixLength({ fanout }: NodeLinks): number {
  return fanout === 0 ? 0 : (fanout - 1).toString(16).length;
}

function unixfsOf(data: Uint8Array | undefined): UnixFS | undefined {
  try {
    return UnixFS.unmarshal(data ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

function kindOf(unixfs: UnixFS | undefined): NodeLinks['kind'] {
  switch (unixfs?.type) {
    case 'file':
    case 'raw':
      return 'file';
    case 'directory':
      return 'directory';
    case 'hamt-sharded-directory':
      return 'shard';
    default:
      return 'other';
  }
}
