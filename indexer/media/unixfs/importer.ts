import type { CID } from 'multiformats/cid';
import { balancedAsKubo } from './balanced-layout.ts';
import { Chunker } from './chunker.ts';

type Bytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What an import needs of whoever keeps its blocks. */
export interface BlockSink {
  put(cid: CID, block: Uint8Array): Promise<CID>;
}

/** What `ipfs add --cid-version=1` does; Helia's own defaults and profiles give other CIDs. */
export function asKubo(sink: BlockSink, chunker: Chunker) {
  return {
    cidVersion: 1,
    rawLeaves: true,
    chunker: (source: Bytes) => chunker.cut(source),
    layout: balancedAsKubo((cid, block) => sink.put(cid, block)),
    // More are not written at once but collected first, in memory, for as long as a slow client takes.
    blockWriteConcurrency: 1,
  } as const;
}

/** The CID that every back end gives the file, without keeping any of it. */
export async function cidOf(source: Bytes): Promise<CID> {
  return (await hashFile(source)).cid;
}

/** The same with the size of all its blocks, as a directory names it. */
export async function hashFile(source: Bytes): Promise<{ cid: CID; dagBytes: number }> {
  const chunker = new Chunker();
  const nowhere: BlockSink = {
    put: async (cid, block) => {
      chunker.reuse(block);
      return cid;
    },
  };
  // Loaded where a file is hashed so: most hosts never do, and start sooner.
  const { importByteStream } = await import('ipfs-unixfs-importer');
  const { cid, size } = await importByteStream(source, nowhere, asKubo(nowhere, chunker));
  return { cid, dagBytes: Number(size) };
}
