import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { CID } from 'multiformats/cid';
import { openFileStorage } from '../../indexer/media/files/files.ts';
import { openKuboStorage } from '../../indexer/media/kubo/kubo.ts';
import type { MediaStorage } from '../../indexer/media/storage.ts';
import { MediaNotFound, StorageFailure } from '../../indexer/media/storage.ts';
import { BlockDamaged } from '../../indexer/media/unixfs/verify.ts';
import { bytesOf, CHUNK, collect, file } from '../indexer/media/content.ts';
import { rejection } from '../rejection.ts';
import { runNode } from '../scripts/run.ts';
import { KuboProcess } from './kubo-node.ts';

const SIZE = 200 * CHUNK + 1234;

describe('what a Kubo node holds', () => {
  let folder: string;
  let path: string;
  let node: KuboProcess;
  let storage: MediaStorage;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-host-kubo-files-'));
    path = join(folder, 'file');
    await writeFile(path, bytesOf(0, SIZE));
    node = await KuboProcess.start();
    storage = openKuboStorage({ url: node.url });
  });
  beforeEach(() => node.empty());
  after(async () => {
    await storage.close();
    await node.dispose();
    await rm(folder, { recursive: true });
  });

  const ipfsAdd = async (...options: string[]) => (await node.ipfs('add', '--quieter', ...options)).trim();

  it('a file has one CID: by the embedded store, by Kubo itself, by this back end, and by npm run cid', async () => {
    const embedded = await openFileStorage({ folder: join(folder, 'embedded'), log: () => undefined });
    const cids = [
      (await embedded.add(file(SIZE))).cid,
      await ipfsAdd('--cid-version=1', path),
      (await storage.add(file(SIZE))).cid,
      (await runNode(['scripts/cid.ts', path], { INIT_CWD: '' })).stdout.split(' ')[0],
    ];
    await embedded.close();
    expect(new Set(cids).size, cids.join(' ')).to.equal(1);
  });

  const formats: [what: string, options: string[]][] = [
    ['as ipfs add does by default', []],
    ['as version 1', ['--cid-version=1']],
    ['with raw leaves in version 0', ['--raw-leaves']],
    ['as a trickle', ['--trickle']],
    ['in chunks of a megabyte', ['--chunker=size-1048576', '--cid-version=1']],
    ['in chunks of any size', ['--chunker=rabin-2048-65536-131072']],
  ];
  for (const [what, options] of formats) {
    it(`a file that its operator added ${what} is served`, async () => {
      const cid = await ipfsAdd(...options, path);
      expect(await storage.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: SIZE });
      const whole = await collect(storage.read(cid, { offset: 0, length: SIZE }));
      expect(whole.equals(bytesOf(0, SIZE))).to.equal(true);
      const part = await collect(storage.read(cid, { offset: 5 * CHUNK + 3, length: 3 * CHUNK }));
      expect(part.equals(bytesOf(5 * CHUNK + 3, 3 * CHUNK))).to.equal(true);
      await storage.remove(cid);
      expect(await storage.stat(cid)).to.equal(null);
    });
  }

  it('a folder that its operator added is served, and told for each block that it holds', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true });
    await writeFile(join(folder, 'sub', 'file'), bytesOf(0, 1000));
    const parent = CID.parse(await ipfsAdd('--recursive', '--raw-leaves', join(folder, 'sub')));
    const root = parent.toV1().toString();
    expect(await storage.stat(parent.toString())).to.include({ kind: 'directory' });
    const found = await storage.find(root, 'file');
    expect(found).to.include({ kind: 'file', sizeBytes: 1000 });
    const leaf = String(found?.cid);
    expect(
      (await collect(storage.read(leaf, { offset: 0, length: 1000 }))).equals(bytesOf(0, 1000)),
    ).to.equal(true);
    expect(await storage.rootsOf(leaf)).to.deep.equal([root]);
    const again = await storage.add(file(1000));
    expect(again.cid).to.equal(leaf);
    expect(await storage.rootsOf(leaf)).to.have.members([root, leaf]);
    await storage.remove(root);
    expect(await storage.rootsOf(leaf)).to.deep.equal([leaf]);
    await storage.remove(leaf);
    expect(await storage.rootsOf(leaf)).to.deep.equal([]);
    expect(await storage.block(leaf)).to.equal(null);
    const failure = await rejection(collect(storage.read(leaf, { offset: 0, length: 1 })));
    expect(failure).to.be.instanceOf(MediaNotFound);
  });

  it('a block that is pinned alone, and what is not pinned at all are not served', async () => {
    const alone = await ipfsAdd('--pin=false', '--cid-version=1', path);
    await node.ipfs('pin', 'add', '--recursive=false', alone);
    const unpinned = await ipfsAdd('--pin=false', path);
    for (const cid of [alone, unpinned]) {
      expect(await storage.stat(cid), cid).to.equal(null);
      const failure = await rejection(collect(storage.read(cid, { offset: 0, length: 1 })));
      expect(failure, cid).to.be.instanceOf(MediaNotFound);
    }
  });

  it('what it collects as garbage is what was removed, what failed, and nothing else', async () => {
    const kept = await storage.add(file(CHUNK + 5));
    const blocks = await node.blocks();
    const { cid } = await storage.add(file(SIZE));
    await storage.remove(cid);
    const abort = new AbortController();
    const onProgress = (bytes: number) => bytes > SIZE / 2 && abort.abort(new Error('gone'));
    await rejection(storage.add(file(SIZE), { signal: abort.signal, onProgress }));
    expect(blocks).to.not.include.members(await node.blocks());
    await node.ipfs('repo', 'gc', '--quiet');
    expect(blocks).to.include.members(await node.blocks());
    const whole = await collect(storage.read(kept.cid, { offset: 0, length: CHUNK + 5 }));
    expect(whole.equals(bytesOf(0, CHUNK + 5))).to.equal(true);
  });

  it('garbage that it collects in the middle of an upload fails that upload, retryable', async () => {
    async function* source() {
      yield* file(SIZE);
      let blocks: string[];
      do blocks = await node.blocks();
      while (blocks.length < 100); // until half of the file is on its disk
      await node.ipfs('repo', 'gc', '--quiet');
    }
    const failure = await rejection(storage.add(source()));
    expect(failure).to.be.instanceOf(StorageFailure).with.property('retryable', true);
    expect(await node.pins()).to.deep.equal([]);
  });
});

describe('a Kubo node with settings of its own', () => {
  let node: KuboProcess;
  afterEach(() => node.dispose());

  it('gives the same CIDs when it imports otherwise by itself', async () => {
    node = await KuboProcess.start();
    await node.ipfs('config', 'profile', 'apply', 'unixfs-v1-2025');
    await node.kill();
    await node.start();
    const storage = openKuboStorage({ url: node.url });
    const { cid } = await storage.add(file(174 * CHUNK + 1));
    expect(cid).to.equal('bafybeicczfk4f5gw6uvkm6ximliabeodvnpqvegi7bfq5iwuajgs63wb2a');
  });

  it('is found with and without /api/v0 in its address, and something else is not taken for it', async () => {
    node = await KuboProcess.start();
    for (const path of ['', '/', '/api/v0', '/api/v0/']) {
      const storage = openKuboStorage({ url: node.url + path });
      await storage.ping();
      await storage.add(file(CHUNK));
    }
    const elsewhere = openKuboStorage({ url: `${node.url}/elsewhere` });
    for (const failure of [await rejection(elsewhere.ping()), await rejection(elsewhere.add(file(CHUNK)))]) {
      expect(failure).to.be.instanceOf(StorageFailure).with.property('retryable', false);
      expect(failure)
        .to.have.property('message')
        .that.matches(/^kubo: \S+: 404/);
    }
  });

  it('lets in who has IPFS_API_AUTH, and tells others that it does not', async () => {
    const AllowedPaths = ['/api/v0'];
    node = await KuboProcess.start({
      'API.Authorizations': { host: { AuthSecret: 'bearer:let-me-in', AllowedPaths } },
    });
    const known = openKuboStorage({ url: node.url, auth: 'Bearer let-me-in' });
    await known.ping();
    const { cid } = await known.add(file(3 * CHUNK));
    expect(await known.stat(cid)).to.deep.equal({ kind: 'file', sizeBytes: 3 * CHUNK });

    for (const auth of [undefined, 'Bearer something-else']) {
      const stranger = openKuboStorage({ url: node.url, auth });
      for (const failure of await Promise.all([
        rejection(stranger.ping()),
        rejection(stranger.stat(cid)),
        rejection(stranger.add(file(CHUNK))),
      ])) {
        expect(failure).to.be.instanceOf(StorageFailure).with.property('retryable', false);
        expect(failure)
          .to.have.property('message')
          .that.matches(/^kubo: \S+: .*Access Denied/);
      }
    }
  });

  it('is asked for what it has, never for what it would have to look for in the network', async () => {
    node = await KuboProcess.start({}, { online: true });
    const storage = openKuboStorage({ url: node.url, timeoutMs: 60_000 });
    const begun = performance.now();
    const absent = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';
    expect(await storage.stat(absent)).to.equal(null);
    await storage.remove(absent);
    const { cid } = await storage.add(file(3 * CHUNK));
    await rm(node.blockFile('bafkreietseox7mbu3i3vb7ros2unfux4aqryzvgytw7scpl5juzn65javy'));
    const failure = await rejection(collect(storage.read(cid, { offset: 0, length: CHUNK })));
    expect(failure).to.be.instanceOf(BlockDamaged);
    expect(performance.now() - begun).to.be.below(10_000);
  });
});
