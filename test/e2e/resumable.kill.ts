import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bytesOf } from '../indexer/media/content.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';
import { shuffled } from './shuffled.ts';

/** Where the host is killed. */
const POINTS = [
  'resumable.begun', // nobody was told its id
  'resumable.arriving',
  'resumable.arriving:10',
  'resumable.whole', // on the disk, and not in the queue
  'packaging.received', // under a second name
  'packaging.queued',
  'resumable.queued', // under both names
  'packaging.begun',
  'upload.written',
  'packaging.named',
  'packaging.added',
  'packaging.staged',
  'packaging.cleared',
  'packaging.finished',
];
const KILLS = Number(process.env.KILLS ?? 1);
const SEED = Number(process.env.SEED ?? 20_261_130);
const META = {
  ...{ video_name: 'In pieces', content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
  ...{ creator_share: 70, provider_share: 30, price: '0.001' },
};
const TUS = { 'tus-resumable': '1.0.0' };
const PIECE = 500_000;

describe(`a host that is killed while a file comes in pieces (seed ${SEED})`, () => {
  const points = shuffled(POINTS, SEED);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const point = points[kill % points.length] ?? '';
    it(`at ${point}: it goes on, and nothing is left (${kill + 1} of ${KILLS})`, async () => {
      const dataDir = await dataFolder();
      try {
        await killedAndStarted(dataDir, point);
      } finally {
        await removeFolder(dataDir);
      }
    });
  }
}).timeout(120_000);

async function killedAndStarted(dataDir: string, point: string): Promise<void> {
  const file = new Uint8Array(bytesOf(7, 3 * PIECE));
  const doomed = await startHost({ dataDir, env: { CRASH_AT: point } });
  let path: string | null = null;
  try {
    path = await begun(doomed, file.length);
    await send(doomed, path, file);
  } catch {
    // It is killed.
  }
  expect(await doomed.gone).to.equal('SIGKILL');

  const host = await startHost({ dataDir });
  try {
    path ??= await begun(host, file.length);
    const offset = await offsetOf(host, path);
    if (point.startsWith('resumable.arriving')) expect(offset).to.be.within(1, file.length);
    await send(host, path, file);
    const url = `${host.url}${path}`;
    const { upload } = await eventually(
      30_000,
      () => getJson<{ upload: { state: string; result: { meta: { cid: string } } | null } }>(url),
      ({ upload: { state } }) => state === 'packaged' || state === 'failed',
    );
    const cid = upload.result?.meta.cid;
    const stored = Buffer.from(await (await fetch(`${host.url}/ipfs/${cid}`)).arrayBuffer());
    expect(stored.equals(file)).to.equal(true);
    const { contents } = await getJson<{ contents: unknown[] }>(`${host.url}/contents`);
    expect(contents).to.have.length(1);
  } finally {
    await host.end('SIGTERM');
  }
  // What was begun before its id was told waits for its end.
  expect(readdirSync(join(dataDir, 'uploads'))).to.deep.equal([]);
  expect(readdirSync(join(dataDir, 'packaging'))).to.deep.equal([]);
  expect(readdirSync(join(dataDir, 'media', 'incoming'))).to.deep.equal([]);
  expect(readdirSync(join(dataDir, 'media', 'roots'))).to.have.length(1);
}

async function begun(host: HostProcess, size: number): Promise<string> {
  const metadata = `json_data ${Buffer.from(JSON.stringify(META)).toString('base64')}`;
  const headers = { ...TUS, 'upload-length': String(size), 'upload-metadata': metadata };
  const answer = await fetch(`${host.url}/uploads`, { method: 'POST', headers });
  expect(answer.status).to.equal(201);
  return answer.headers.get('location') ?? '';
}

async function offsetOf(host: HostProcess, path: string): Promise<number> {
  const answer = await fetch(`${host.url}${path}`, { method: 'HEAD', headers: TUS });
  expect(answer.status).to.equal(200);
  return Number(answer.headers.get('upload-offset'));
}

/** The rest, a piece at a time. */
async function send(host: HostProcess, path: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = await offsetOf(host, path); at < file.length; at += PIECE) {
    const headers = {
      ...TUS,
      'upload-offset': String(at),
      'content-type': 'application/offset+octet-stream',
    };
    const body = file.subarray(at, at + PIECE);
    const answer = await fetch(`${host.url}${path}`, { method: 'PATCH', headers, body });
    expect(answer.status).to.equal(204);
  }
}
