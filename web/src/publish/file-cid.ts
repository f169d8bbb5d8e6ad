import { importFile } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';

/** As `ipfs add --cid-version=1` does it, and the host too; tests compare the two. */
const AS_KUBO = {
  cidVersion: 1,
  rawLeaves: true,
  chunker: fixedSize({ chunkSize: 262_144 }),
  layout: balanced({ maxChildrenPerNode: 174 }),
} as const;

/** The CID that IPFS gives a file; of its blocks only the links are kept while it is read. */
export async function fileCid(content: AsyncIterable<Uint8Array>): Promise<string> {
  const { cid } = await importFile({ content }, { put: async (key) => key }, AS_KUBO);
  return cid.toString();
}
