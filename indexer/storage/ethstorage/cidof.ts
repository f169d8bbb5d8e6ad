import { importByteStream } from 'ipfs-unixfs-importer';
import { Chunker } from '../chunks.ts';
import { AS_KUBO } from '../upload.ts';

/** The CID that `ipfs add --cid-version=1` gives these bytes, without keeping a block. */
export async function cidOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunker = new Chunker();
  const nowhere: Parameters<typeof importByteStream>[1] = {
    put(cid, bytes) {
      if (bytes instanceof Uint8Array) chunker.reuse(bytes);
      return cid;
    },
  };
  const { cid } = await importByteStream(source, nowhere, {
    ...AS_KUBO,
    chunker: (pieces) => chunker.cut(pieces),
  });
  return cid.toString();
}
