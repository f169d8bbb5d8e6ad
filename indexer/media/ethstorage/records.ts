import { mkdir } from 'node:fs/promises';
import { call, type Rpc } from '../../rpc/rpc.ts';
import { Pins } from '../pins.ts';
import type { StoredFile } from './read.ts';

/** What is stored, a record for each file. Those of a directory that its chain does not have any more go. */
export async function openRecords(
  folder: string,
  chain: Rpc,
  log: (message: string) => void,
): Promise<Pins<StoredFile>> {
  await mkdir(folder, { recursive: true });
  const records = new Pins<StoredFile>(folder);
  const byDirectory = new Map<string, string[]>();
  for (const cid of await records.list()) {
    const directory = (await records.get(cid))?.directory;
    if (directory !== undefined) byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), cid]);
  }
  for (const [directory, cids] of byDirectory) {
    const code = await call(chain, 'eth_getCode', [directory, 'latest']).catch(() => null);
    if (code !== '0x') continue; // a chain that does not answer now may have it
    await Promise.all(cids.map((cid) => records.delete(cid)));
    log(`EthStorage: forgot ${cids.length} files of ${directory}, which is not on this chain`);
  }
  return records;
}
