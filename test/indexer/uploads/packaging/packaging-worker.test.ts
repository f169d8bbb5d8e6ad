import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  createPackagingWorker,
  MediaRefused,
  type PackagingJob,
  type PackagingWorker,
} from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { all, packaged, SECRET } from '../../../packager/packaged.ts';
import { fileOf, makeVideo, REAL_VIDEO, realVideo } from '../../../packager/samples.ts';
import { rejection } from '../../../rejection.ts';

describe('the packaging worker', () => {
  const log = { info: () => {}, warn: () => {} };
  let folder: string;
  let worker: PackagingWorker;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packaging-'));
    worker = createPackagingWorker({ log });
  });

  after(async () => {
    await worker[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function job(bytes: Uint8Array | string): Promise<PackagingJob> {
    const path = join(folder, `${Math.random()}`);
    await writeFile(path, bytes);
    return { path, secret: SECRET, previewSec: 3 };
  }

  async function taken(entries: ReturnType<PackagingWorker['package']>) {
    const files = new Map<string, Buffer>();
    for await (const { path, content } of entries) {
      files.set(path, Buffer.concat(await all(content)));
    }
    return files;
  }

  it('packages as the packager does, and tells how far it is', async () => {
    const parts: number[] = [];
    const entries = worker.package(
      { path: REAL_VIDEO, secret: SECRET, previewSec: 3 },
      { onProgress: (part) => parts.push(part) },
    );
    const files = await taken(entries);
    expect(parts.at(-1)).to.equal(1);
    const expected = await packaged(await realVideo(), { previewSec: 3 });
    expect([...files.keys()]).to.deep.equal([...expected.keys()]);
    for (const [path, bytes] of files)
      expect(bytes.equals(expected.get(path) ?? Buffer.of()), path).to.equal(true);
  });

  it('refuses as the packager does', async () => {
    const video = await makeVideo('mov', { video: 'prores', audio: null });
    const error = await rejection(taken(worker.package(await job(video))));
    expect(error).to.be.instanceOf(MediaRefused);
    expect(error).to.include({ reason: 'codec_not_playable', codec: 'prores' });
    expect(await rejection(taken(worker.package(await job('no video'))))).to.include({
      reason: 'unknown_format',
    });
  });

  it('packages one after the other', async () => {
    const source = await job(await makeVideo('mp4'));
    const [first, second] = await Promise.all([taken(worker.package(source)), taken(worker.package(source))]);
    expect([...first]).to.deep.equal([...second]);
  });

  it('describes while another file is packaged', async () => {
    const entries = worker.package(await job(await makeVideo('mp4')))[Symbol.asyncIterator]();
    await entries.next();
    expect(await worker.describe(fileOf(await realVideo()))).to.include({
      durationSec: 12.02322,
      width: 640,
    });
    expect(await worker.describe(fileOf('no video'))).to.equal(null);
    await entries.return?.();
    expect((await taken(worker.package(await job(await makeVideo('mp4'))))).has('content.json')).to.equal(
      true,
    );
  });
});
