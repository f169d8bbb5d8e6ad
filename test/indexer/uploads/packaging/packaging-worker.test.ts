import { expect } from 'chai';
import { MediaRefused } from '../../../../indexer/uploads/packaging/worker/packaging-worker.ts';
import { packaged, SECRET } from '../../../packager/packaged.ts';
import { fileOf, makeVideo, REAL_VIDEO, realVideo } from '../../../packager/samples.ts';
import { rejection } from '../../../rejection.ts';
import { taken, useWorker } from './jobs.ts';

describe('the packaging worker', () => {
  const at = useWorker();

  it('packages as the packager does, and tells how far it is', async () => {
    const parts: number[] = [];
    const job = { path: REAL_VIDEO, secret: SECRET, previewSec: 3 };
    const files = await taken(at.worker.package(job, { onProgress: (part) => parts.push(part) }));
    expect(parts.at(-1)).to.equal(1);
    const expected = await packaged(await realVideo(), { previewSec: 3 });
    expect([...files.keys()]).to.deep.equal([...expected.keys()]);
    for (const [path, bytes] of files)
      expect(bytes.equals(expected.get(path) ?? Buffer.of()), path).to.equal(true);
  });

  it('plans as the packager does, and packages other files of pictures with it', async () => {
    const source = await makeVideo('mkv', { groupSec: 24, seconds: 48 });
    const [pictures, small] = [
      await makeVideo('mp4', { seconds: 48 }),
      await makeVideo('webm', { seconds: 48 }),
    ];
    const { path } = await at.folder.jobOf(source);
    const [picturesJob, smallJob] = [await at.folder.jobOf(pictures), await at.folder.jobOf(small)];
    const files = { path, previewSec: 3, pictures: picturesJob.path };
    const plan = await at.worker.plan(files);
    expect(plan.startsSec?.map(Math.round)).to.deep.equal([0, 4, 10, 16, 22, 28, 34, 40, 46]);
    const entries = await taken(at.worker.package({ ...files, secret: SECRET, smaller: [smallJob.path] }));
    const options = { previewSec: 3, pictures: fileOf(pictures), smaller: [fileOf(small)] };
    const expected = await packaged(source, options);
    expect([...entries.keys()])
      .to.deep.equal([...expected.keys()])
      .and.to.include('v1/index.m3u8');
    expect(entries.get('content.json')).to.deep.equal(expected.get('content.json'));
  });

  it('refuses as the packager does', async () => {
    const video = await makeVideo('mov', { video: 'prores', audio: null });
    const error = await rejection(taken(at.worker.package(await at.folder.jobOf(video))));
    expect(error).to.be.instanceOf(MediaRefused);
    expect(error).to.include({ reason: 'codec_not_playable', codec: 'prores' });
    const text = await at.folder.jobOf('a text, no video');
    expect(await rejection(taken(at.worker.package(text)))).to.include({ reason: 'unknown_format' });
  });

  it('packages one after the other', async () => {
    const job = await at.folder.jobOf(await makeVideo('mp4'));
    const [first, second] = await Promise.all([taken(at.worker.package(job)), taken(at.worker.package(job))]);
    expect([...first]).to.deep.equal([...second]);
  });

  it('passes over what is not read of an entry', async () => {
    const paths: string[] = [];
    const job = await at.folder.jobOf(await realVideo());
    for await (const { path } of at.worker.package(job)) paths.push(path);
    expect(paths).to.deep.equal([...(await packaged(await realVideo())).keys()]);
  });

  it('describes while another file is packaged', async () => {
    const job = await at.folder.jobOf(await makeVideo('mp4'));
    const entries = at.worker.package(job)[Symbol.asyncIterator]();
    await entries.next();
    expect(await at.worker.describe(fileOf(await realVideo()))).to.include({
      durationSec: 12.02322,
      width: 640,
    });
    expect(await at.worker.describe(fileOf('no video'))).to.equal(null);
    await entries.return?.();
    // The next one does not meet what is left of the last.
    expect((await taken(at.worker.package(job))).has('content.json')).to.equal(true);
  });

  it('fails as the reading does where a file can not be read to describe it', async () => {
    const broken = new Error('the disk is gone');
    const file = { ...fileOf(await realVideo()), read: () => Promise.reject(broken) };
    expect(await rejection(at.worker.describe(file))).to.equal(broken);
    expect(await at.worker.describe(fileOf(await realVideo()))).not.to.equal(null);
  });
});
