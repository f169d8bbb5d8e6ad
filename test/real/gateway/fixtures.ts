import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bytesOf, CHUNK } from '../../indexer/media/content.ts';
import type { KuboProcess } from '../kubo-node.ts';

export const SIZE = 3 * CHUNK + 1234;

/** What both gateways serve, by their CIDs. */
export interface Fixtures {
  file: string;
  small: string;
  empty: string;
  /** The same file by its CIDv0. */
  v0: string;
  leaf: string;
  directory: string;
  sub: string;
  sharded: string;
  /** Its second leaf is gone. */
  damaged: string;
  damagedLeaf: string;
  /** 60 blocks, all alike. */
  repeated: string;
}

/** Of the directory, beside `big.bin`, which is the file. */
export const FILES: Readonly<Record<string, string>> = {
  'hello.txt': 'hello\n',
  'video.mp4': 'not really',
  'v0/index.m3u8': '#EXTM3U\n',
  'v0/0.m4s': 'segment',
  'content.json': '{}',
  'site/index.html': '<script>alert(1)</script>',
  'odd names/ä & <b> ?#%.txt': 'odd',
  'deep/a/b/c.txt': 'deep',
};

/** Adds them to the node. */
export async function addFixtures(node: KuboProcess): Promise<Fixtures> {
  const folder = await mkdtemp(join(tmpdir(), 'stream-host-fixtures-'));
  try {
    const write = async (name: string, content: string | Uint8Array) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const add = async (path: string, ...options: string[]) =>
      (
        await node.ipfs('add', '-r', '-Q', ...(options.length > 0 ? options : ['--cid-version=1']), path)
      ).trim();
    const linksOf = async (cid: string) => (await node.ipfs('refs', cid)).trim().split('\n');

    const file = await add(await write('file.bin', bytesOf(0, SIZE)));
    const v0 = await add(await write('v0.bin', bytesOf(7, SIZE)), '--cid-version=0', '--raw-leaves=false');
    const damaged = await add(await write('damaged.bin', bytesOf(99, SIZE)));
    const damagedLeaf = String((await linksOf(damaged))[1]);
    await rm(node.blockFile(damagedLeaf));
    for (const [name, content] of Object.entries(FILES)) await write(`d/${name}`, content);
    await write('d/big.bin', bytesOf(0, SIZE));
    for (let index = 0; index < 80; index += 1) await write(`h/file-${index}.txt`, `file ${index}`);
    const directory = await add(join(folder, 'd'));
    await node.ipfs('config', 'Import.UnixFSHAMTDirectorySizeThreshold', '1KiB');
    return {
      file,
      v0,
      damaged,
      damagedLeaf,
      directory,
      leaf: String((await linksOf(file))[2]),
      small: await add(await write('small.txt', 'hello\n')),
      empty: await add(await write('empty', '')),
      sub: (await node.ipfs('resolve', `/ipfs/${directory}/deep`)).trim().slice('/ipfs/'.length),
      sharded: await add(join(folder, 'h')),
      repeated: await add(await write('zeros', Buffer.alloc(60 * CHUNK))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
