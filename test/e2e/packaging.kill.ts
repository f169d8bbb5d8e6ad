import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeVideo } from '../packager/samples.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { shuffled } from './shuffled.ts';

/** It can not be packaged, and its source is still there. */
const FAILED = 'packaging.failed';
/** Where the host is killed, and what the uploader has heard by then. */
const POINTS = [
  'packaging.arriving', // a part of it is on the disk
  'packaging.received', // on the disk, and no row: nobody was answered, and it is gone
  'packaging.queued', // nobody was answered either, and it goes on
  'packaging.begun',
  'upload.leaf', // some of its segments are written
  'upload.leaf:4',
  'upload.written',
  'packaging.named',
  'upload.placed',
  'upload.pinned', // storage keeps it
  'packaging.added',
  'packaging.staged', // its secret is kept
  'packaging.cleared', // its source is deleted
  'packaging.finished', // it is published
  FAILED,
];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_130);
const CREATOR = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const META = {
  content_creator_wallet: CREATOR,
  creator_share: 70,
  provider_share: 30,
  price: '0.001',
  protect: true,
};
const GERMAN = { language: 'de', label: 'Deutsch' };
/** A frame of the samples, as it stands in the source and in no encrypted segment. */
const CLEAR = Buffer.from('frame 7..........');

type Content = { cid: string; video_name: string };

describe(`a host that is killed while it packages (seed ${SEED})`, () => {
  const points = shuffled(POINTS, SEED);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const point = points[kill % points.length] ?? '';
    it(`at ${point}: nothing is lost, and nothing left (${kill + 1} of ${KILLS})`, async () => {
      const dataDir = await dataFolder();
      try {
        await (point === FAILED ? killedAfterFailing(dataDir) : killedAndStarted(dataDir, point));
      } finally {
        await removeFolder(dataDir);
      }
    });
  }
}).timeout(120_000);

interface Shown {
  upload: { id: string; state: string };
}

async function killedAndStarted(dataDir: string, point: string): Promise<void> {
  const doomed = await startHost({ dataDir, env: { CRASH_AT: point } });
  const video = await makeVideo('mp4', { seconds: 40 });
  const id = await upload(doomed, 'killed', video).catch(() => null);
  expect(await doomed.gone).to.equal('SIGKILL');

  const host = await startHost({ dataDir });
  try {
    const isTaken = !['packaging.arriving', 'packaging.received'].includes(point);
    if (isTaken) await published(host, 'killed');
    if (id !== null) await ended(host, id);
    const again = await upload(host, 'another', video);
    await ended(host, again);
    const [other] = await published(host, 'another');
    const all = await contents(host);
    expect(all.map(({ video_name }) => video_name)).to.have.members(
      isTaken ? ['killed', 'another'] : ['another'],
    );
    // The same secret after the kill as before: no second directory.
    expect(readdirSync(join(dataDir, 'media', 'roots'))).to.have.length(all.length);
    for (const { cid } of all) {
      const segment = await fetch(`${host.url}/ipfs/${cid}/v0/3.m4s`);
      expect(segment.status).to.equal(200);
      const captions = await fetch(`${host.url}/ipfs/${cid}/captions/de.vtt`);
      expect(await captions.text()).to.contain('Hallo');
    }
    expect(other?.cid).to.not.equal(undefined);
  } finally {
    await host.end('SIGTERM');
  }
  expect(readdirSync(join(dataDir, 'packaging'))).to.deep.equal([]);
  expect(readdirSync(join(dataDir, 'media', 'incoming'))).to.deep.equal([]);
  expect(clearOn(dataDir)).to.deep.equal([]);
}

async function killedAfterFailing(dataDir: string): Promise<void> {
  const doomed = await startHost({ dataDir, env: { CRASH_AT: FAILED } });
  const id = await upload(doomed, 'text', new TextEncoder().encode(`a text with ${CLEAR}`));
  expect(await doomed.gone).to.equal('SIGKILL');
  expect(clearOn(dataDir)).to.have.length(1);
  const host = await startHost({ dataDir });
  const { upload: shown } = await getJson<Shown>(`${host.url}/uploads/${id}`);
  await host.end('SIGTERM');
  expect(shown).to.include({ state: 'failed' });
  expect(clearOn(dataDir)).to.deep.equal([]);
  expect(readdirSync(join(dataDir, 'packaging'))).to.deep.equal([]);
}

async function upload(host: HostProcess, video_name: string, file: Uint8Array<ArrayBuffer>): Promise<string> {
  const form = new FormData();
  form.append('json_data', JSON.stringify({ ...META, video_name, captions: [GERMAN] }));
  form.append('captions', new Blob(['WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n']), 'a.de.vtt');
  form.append('file', new Blob([file]), 'video.mp4');
  const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
  expect(answer.status).to.equal(202);
  return ((await answer.json()) as Shown).upload.id;
}

const ended = (host: HostProcess, id: string) =>
  eventually(
    30_000,
    () => getJson<Shown>(`${host.url}/uploads/${id}`),
    ({ upload: { state } }) => state === 'packaged' || state === 'failed',
  );

const contents = async (host: HostProcess) =>
  (await getJson<{ contents: Content[] }>(`${host.url}/contents`)).contents;

async function published(host: HostProcess, name: string): Promise<Content[]> {
  const found = await eventually(
    30_000,
    async () => (await contents(host)).filter(({ video_name }) => video_name === name),
    ({ length }) => length > 0,
  );
  expect(found, name).to.have.length(1);
  return found;
}

/** Files in which something of the video can be read. */
function clearOn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(CLEAR));
}
