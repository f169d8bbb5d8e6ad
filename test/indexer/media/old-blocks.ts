import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { importByteStream } from 'ipfs-unixfs-importer';
import { base32upper } from 'multiformats/bases/base32';
import { CID } from 'multiformats/cid';
import { Chunker } from '../../../indexer/media/unixfs/chunker.ts';
import { asKubo } from '../../../indexer/media/unixfs/importer.ts';

/** A block folder as hosts had it up to 0.1: a file for each block, and one for each file that is kept. */
export class OldFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async add(source: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<string> {
    const sink = {
      put: async (cid: CID, block: Uint8Array) => {
        const path = this.blockFile(cid.toString());
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, block);
        return cid;
      },
    };
    const cid = (await importByteStream(source, sink, asKubo(sink, new Chunker()))).cid.toString();
    for (const folder of ['pins', 'journal']) await mkdir(join(this.path, folder), { recursive: true });
    await writeFile(this.pinFile(cid), JSON.stringify({ sizeBytes }));
    return cid;
  }

  pinFile(cid: string): string {
    return join(this.path, 'pins', `${cid}.json`);
  }

  blockFile(cid: string): string {
    const name = base32upper.baseEncode(CID.parse(cid).multihash.bytes);
    return join(this.path, 'blocks', name.slice(-3, -1), `${name}.data`);
  }

  async blocks(): Promise<string[]> {
    const names = await readdir(join(this.path, 'blocks'), { recursive: true });
    return names.filter((name) => name.endsWith('.data'));
  }
}
