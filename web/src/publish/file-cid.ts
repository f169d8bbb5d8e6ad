import { importFile } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
// biome-ignore lint/style/noRestrictedImports: this is what IPFS does, not the host; a second one would differ some day
import { balancedAsKubo } from '../../../indexer/media/unixfs/balanced-layout.ts';

/** The parameters of `ipfs add --cid-version=1`; the host builds its trees with the same code. */
export const AS_KUBO = {
  cidVersion: 1,
  rawLeaves: true,
  chunker: fixedSize({ chunkSize: 262_144 }),
  layout: balancedAsKubo(async () => undefined),
} as const;

/** The CID that IPFS gives a file; of its blocks only the links are kept while it is read. */
export async function fileCid(content: AsyncIterable<Uint8Array>): Promise<string> {
  const { cid } = await importFile({ content }, { put: async (key) => key }, AS_KUBO);
  return cid.toString();
}
