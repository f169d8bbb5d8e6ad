import { importByteStream } from 'ipfs-unixfs-importer';
import { balanced } from 'ipfs-unixfs-importer/layout';
import type { CID } from 'multiformats/cid';
import { CHUNK_BYTES, Chunker } from './chunks.ts';

/** Children of an inner node: with the size of a chunk they decide which CID a file has. */
const LINKS_PER_NODE = 174;

/** What `ipfs add --cid-version=1` does; Helia's own defaults and profiles give other CIDs. To be used with `Chunker`. */
export const AS_KUBO = {
  cidVersion: 1,
  rawLeaves: true,
  layout: balanced({ maxChildrenPerNode: LINKS_PER_NODE }),
  blockWriteConcurrency: 4,
} as const;

/** The same for a Kubo node, said in full: its `Import.*` settings may change what it does by itself. */
export const KUBO_ADD = {
  cidVersion: 1,
  rawLeaves: true,
  chunker: `size-${CHUNK_BYTES}`,
  maxFileLinks: LINKS_PER_NODE,
  hashAlg: 'sha2-256',
  trickle: false,
  inline: false,
} as const;

/** The CID that every back end gives the file, without keeping any of it. */
export async function cidOf(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CID> {
  const chunker = new Chunker();
  const nowhere = {
    put: async (cid: CID, block: Uint8Array) => {
      chunker.reuse(block);
      return cid;
    },
  };
  const { cid } = await importByteStream(source, nowhere, {
    ...AS_KUBO,
    chunker: (bytes) => chunker.cut(bytes),
  });
  return cid;
}
