import { expect } from 'chai';
import { openKuboStorage } from '../../indexer/media/kubo/kubo.ts';
import { type DirectoryEntry, InvalidPath, type MediaStorage } from '../../indexer/media/storage.ts';
import { bytesOf, CHUNK, collect, file } from '../indexer/media/content.ts';
import { rejection } from '../rejection.ts';
import { KuboProcess } from './kubo-node.ts';

const FILES: ReadonlyArray<[path: string, size: number]> = [
  ['master.m3u8', 40],
  ['v0/index.m3u8', 70],
  ['v1/0.m4s', 5],
  ['v0/0.m4s', 3 * CHUNK + 17],
  ['content.json', 0],
  ['odd names/ä "&%2F b', 9],
];

describe('directories on a Kubo node', () => {
  let node: KuboProcess;
  let storage: MediaStorage;

  before(async () => {
    node = await KuboProcess.start();
    storage = openKuboStorage({ url: node.url });
  });
  after(async () => {
    await storage.close();
    await node.dispose();
  });

  async function* entries(files = FILES): AsyncGenerator<DirectoryEntry> {
    for (const [path, size] of files) yield { path, content: file(size) };
  }

  it('are kept whole, under the CID that both sides give, whatever the order of their files', async () => {
    const progress: number[] = [];
    const options = { onProgress: (bytes: number) => progress.push(bytes) };
    const { cid, sizeBytes } = await storage.addDirectory(entries(), options);
    expect(progress.at(-1)).to.equal(FILES.reduce((sum, [, size]) => sum + size, 0));
    expect(await storage.stat(cid)).to.deep.equal({ kind: 'directory', sizeBytes });
    for (const [path, size] of FILES) {
      const found = await storage.find(cid, path);
      expect(found, path).to.include({ kind: 'file', sizeBytes: size });
      const content = await collect(storage.read(String(found?.cid), { offset: 0, length: size }));
      expect(content.equals(bytesOf(0, size)), path).to.equal(true);
    }
    expect(await storage.find(cid, 'v0/nothing')).to.equal(null);
    const names: string[] = [];
    for await (const { name } of storage.list(cid)) names.push(name);
    expect(names).to.deep.equal(['content.json', 'master.m3u8', 'odd names', 'v0', 'v1']);
    const again = await storage.addDirectory(entries([...FILES].reverse()));
    expect(again.cid).to.equal(cid);
    await storage.remove(cid);
    expect(await storage.stat(cid)).to.equal(null);
    expect(await storage.find(cid, 'master.m3u8')).to.equal(null);
  });

  it('are sharded as the node does it', async () => {
    const nameOf = (index: number) => `${'a long name '.repeat(16)}${index}`;
    const many = Array.from({ length: 1_200 }, (_, index): [string, number] => [nameOf(index), index % 9]);
    const { cid } = await storage.addDirectory(entries(many));
    expect(await storage.find(cid, nameOf(471))).to.include({ kind: 'file', sizeBytes: 471 % 9 });
    expect(await storage.find(cid, nameOf(1_200))).to.equal(null);
    await storage.remove(cid);
  });

  it('are refused with a path that can not be, and leave nothing pinned', async () => {
    const before = await node.pins();
    for (const path of ['', '/a', '../a', 'a/./b', 'master.m3u8', 'master.m3u8/below']) {
      const wrong = entries([...FILES, [path, 10]]);
      expect(await rejection(storage.addDirectory(wrong)), path).to.be.instanceOf(InvalidPath);
    }
    expect(await node.pins()).to.deep.equal(before);
  });

  it('end with the error of a file of theirs, and with the reason of an abort', async () => {
    const broken = new Error('the client went away');
    async function* failing(): AsyncGenerator<DirectoryEntry> {
      yield* entries();
      yield {
        path: 'last',
        content: (async function* () {
          yield bytesOf(0, 10);
          throw broken;
        })(),
      };
    }
    expect(await rejection(storage.addDirectory(failing()))).to.equal(broken);
    const abort = new AbortController();
    const reason = new Error('stop');
    async function* hanging(): AsyncGenerator<DirectoryEntry> {
      yield* entries();
      abort.abort(reason);
      await new Promise(() => undefined);
    }
    expect(await rejection(storage.addDirectory(hanging(), { signal: abort.signal }))).to.equal(reason);
    const refused = new Error('not this one');
    const beforeKept = async () => {
      throw refused;
    };
    const pins = await node.pins();
    expect(await rejection(storage.addDirectory(entries(), { beforeKept }))).to.equal(refused);
    expect(await node.pins()).to.deep.equal(pins);
  });
});
