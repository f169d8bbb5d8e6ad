import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { expect } from 'chai';
import type { DirectoryEntry, MediaStorage } from '../../indexer/media/storage.ts';
import { NATIVE, startApi } from '../indexer/http/api.ts';
import { CHUNK, file } from '../indexer/media/content.ts';
import { KuboProcess } from './kubo-node.ts';

const MB = 1_000_000;
/** Of one node of a tree. */
const FULL = 174;
const SIZES = [
  ...[0, 1, 2, 31, 32, 33, 127, 128, 255, 256, 1_023, 4_096, 65_535, 65_536, 65_537],
  ...[2, 3, 4, 16, 173].flatMap((chunks) => [chunks * CHUNK - 1, chunks * CHUNK, chunks * CHUNK + 1]),
  ...[CHUNK - 1, CHUNK, CHUNK + 1, MB, 10 * MB, 300 * MB],
  ...[FULL * CHUNK - 1, FULL * CHUNK, FULL * CHUNK + 1, (FULL + 1) * CHUNK],
];
const NAMES = [
  ...[
    'a',
    'Z',
    '.hidden',
    '-rf',
    '~',
    '%41',
    '%2F',
    'a b',
    ' a',
    'a ',
    'no.extension',
    '"quoted"',
    "it's",
    'a\\b',
  ],
  ...['ä', 'a\u0308', '😀', '日本語.mp4', 'שלום', '...', 'a..b', '?query=1', '#hash', '&amp;', '<b>', 'a|b'],
  ...[
    '*',
    '$HOME',
    '`ls`',
    '{a,b}',
    'CON',
    'a:b',
    'a;b',
    'a,b',
    '+',
    '=',
    '@',
    'x'.repeat(255),
    'é'.repeat(127),
  ],
  'video.mp4',
];
const many = (count: number, name: (nth: number) => string): Record<string, number | null> =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [name(nth), nth % 5]));

/** Sizes of their files by paths; directories where there is `null`. */
const DIRECTORIES: Readonly<Record<string, Readonly<Record<string, number | null>>>> = {
  'an empty one': {},
  'empty ones in one': { a: null, 'b/c/d': null, 'b/e': null },
  'a packaged video': {
    ...{ 'master.m3u8': 300, 'content.json': 1_000, 'poster.jpg': 70_000, 'v0/index.m3u8': 900 },
    ...{ 'v0/init.mp4': 800, 'v0/0.m4s': 3 * CHUNK + 17, 'v0/1.m4s': CHUNK, 'v0/2.m4s': FULL * CHUNK + 1 },
  },
  'empty files': { a: 0, b: 0, 'c/a': 0, 'c/d': null },
  'equal files': { a: CHUNK + 1, b: CHUNK + 1, 'c/a': CHUNK + 1, 'd/e/f/g': CHUNK + 1 },
  'odd names': Object.fromEntries(NAMES.map((name, nth) => [`${name}/${name}`, nth])),
  'a line break in a name': { 'a\nb': 1, 'c\r\nd/e\n': 2, '\u0001': 3, 'tab\t': 4 },
  'a deep one': { [Array.from({ length: 60 }, (_, depth) => `level ${depth}`).join('/')]: 9 },
  // names of 219 bytes and CIDs of 36: 1,028 of them are 262,140 bytes
  'as much as fits one node': many(1_028, (nth) => `n${String(nth).padStart(218, '0')}`),
  'shards, with shards below them': {
    ...many(1_029, (nth) => `n${String(nth).padStart(218, '0')}`),
    ...many(5_000, (nth) => `below/${nth}.m4s`),
    'below/empty': null,
  },
};

describe('files and directories beside a real Kubo', () => {
  let folder: string;
  let kubo: KuboProcess;
  let host: Awaited<ReturnType<typeof startApi>>;
  /** CIDs by what they are of, as Kubo gives them. */
  const cids = new Map<string, string>();
  const pathOf = (kind: 'files' | 'directories', name: string) => join(folder, kind, name);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-archives-'));
    kubo = await KuboProcess.start();
    host = await startApi();
    expect([SIZES.length, NAMES.length, Object.keys(DIRECTORIES).length]).to.deep.equal([40, 40, 10]);
    for (const [nth, size] of SIZES.entries()) await write(pathOf('files', NAMES[nth] ?? ''), size);
    for (const [name, files] of Object.entries(DIRECTORIES)) {
      await mkdir(pathOf('directories', name), { recursive: true });
      for (const [path, size] of Object.entries(files))
        await write(join(pathOf('directories', name), path), size);
    }
  });
  after(async () => {
    await host.stop();
    await kubo.dispose();
    await rm(folder, { recursive: true });
  });

  it('have the CIDs that it gives them: 40 files', async () => {
    const said = await kubo.ipfs('add', '-r', '-H', '--cid-version=1', pathOf('files', ''));
    // It prints a backslash as two.
    const given = new Map(
      [...said.matchAll(/^added (\S+) files\/(.*)$/gm)].map(([, cid = '', name = '']) => [
        name.replaceAll('\\\\', '\\'),
        cid,
      ]),
    );
    for (const name of NAMES) {
      const { cid } = await ipfs().add(createReadStream(pathOf('files', name)));
      expect(cid, name).to.equal(given.get(name));
      cids.set(name, cid);
    }
  });

  it('have the CIDs that it gives them: 10 directories', async () => {
    for (const name of Object.keys(DIRECTORIES)) {
      const path = pathOf('directories', name);
      const given = (await kubo.ipfs('add', '-r', '-Q', '-H', '--cid-version=1', path)).trim();
      expect((await ipfs().addDirectory(entriesIn(path))).cid, name).to.equal(given);
      cids.set(name, given);
    }
  });

  it('go to another Kubo in archives of this host, whole', async () => {
    await using other = disposable(await KuboProcess.start());
    for (const [name, cid] of cids) {
      const answer = await fetch(`${host.url}/ipfs/${cid}?format=car`);
      expect(answer.status, name).to.equal(200);
      const archive = join(folder, 'ours.car');
      await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(archive));
      await other.node.ipfs('dag', 'import', archive);
    }
    // What is pinned is gone through to its last block.
    expect(await other.node.pins()).to.include.members([...new Set(cids.values())]);
    expect(await other.node.ipfs('pin', 'verify', '--quiet')).to.equal('');
  });

  it('come to another host in archives of Kubo, and are served', async () => {
    await using other = disposable(await startApi({ remote: true }));
    const api = other.node;
    for (const [name, cid] of cids) {
      const terms = { token: NATIVE, pricePerUnit: 0n, providerShareBps: 3_000, unit: 0 };
      await (await api.as(1).publish({ cid, ...terms, name: 'Listed', metadata: '' })).wait();
      const archive = join(folder, 'theirs.car');
      await kubo.ipfsTo(archive, 'dag', 'export', '--progress=false', cid);
      const headers = { ...api.asOperator, 'content-type': 'application/vnd.ipld.car' };
      const body = Readable.toWeb(createReadStream(archive)) as RequestInit['body'];
      const put = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
      const answer = await fetch(`${api.url}/offers/${cid}`, put);
      expect(answer.status, `${name}: ${await answer.text()}`).to.equal(200);
      expect(await api.deps.storage.stat(cid), name).to.deep.equal(await ipfs().stat(cid));
      const block = await fetch(`${api.url}/ipfs/${cid}?format=raw`);
      expect(Buffer.from(await block.arrayBuffer()), name).to.deep.equal(await ipfs().block(cid));
    }
  });

  function ipfs(): MediaStorage {
    return host.deps.storage.ipfs;
  }
}).timeout(300_000);

async function write(path: string, size: number | null): Promise<void> {
  if (size === null) return void (await mkdir(path, { recursive: true }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, file(size));
}

async function* entriesIn(folder: string): AsyncGenerator<DirectoryEntry> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    yield { path: relative(folder, path), content: entry.isFile() ? createReadStream(path) : null };
  }
}

/** What is to be ended with its scope. */
function disposable<T extends { stop(): unknown } | { dispose(): unknown }>(node: T) {
  return {
    node,
    [Symbol.asyncDispose]: async () => {
      await ('stop' in node ? node.stop() : node.dispose());
    },
  };
}
