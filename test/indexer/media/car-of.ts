import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { create as createDigest } from 'multiformats/hashes/digest';
import { sha256 } from 'multiformats/hashes/sha2';
import { carHeader, carSection } from '../../../indexer/http/gateway/trustless/write.ts';
import type { DirectoryEntry } from '../../../indexer/media/storage.ts';
import { BlockStorage } from '../http/gateway/block-storage.ts';

/** An archive of a directory, its blocks in the order of their hashes, which is none. */
export async function carOf(entries: AsyncIterable<DirectoryEntry>) {
  const storage = new BlockStorage();
  const { cid } = await storage.addDirectory(entries);
  const byHash = [...storage.blocks].sort(([one], [other]) => (one < other ? -1 : 1));
  const sections = byHash.map(([digest, block]) => {
    const hash = createDigest(sha256.code, Buffer.from(digest, 'hex'));
    return Buffer.concat([carSection(CID.createV1(raw.code, hash), block.length), block]);
  });
  return { cid, storage, header: Buffer.from(carHeader(CID.parse(cid))), sections };
}
