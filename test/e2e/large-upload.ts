import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { fileCid } from '../../web/src/publish/file-cid.ts';
import { bytesOf } from '../indexer/media/content.ts';
import { dataFolder, eventually, getJson, type HostProcess, removeFolder, startHost } from './host.ts';

const TUS = { 'tus-resumable': '1.0.0' };
const PIECE = 256 * 1024;
const META = {
  ...{ video_name: 'A long film', content_creator_wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
  ...{ creator_share: 70, provider_share: 30, price: '0.001' },
};

interface Shown {
  upload: { state: string; progress: number; problem: unknown; result: { meta: { cid: string } } | null };
}

interface LargeUpload {
  sizeBytes: number;
  cuts: number;
  /** It is stored in a moment: the host is killed in the midst of the file alone. */
  isSmall?: boolean;
}

/**
 * Uploads a file by tus over a line that breaks `cuts` times, to a host that is killed twice: in the midst of the file, and
 * while it stores it. The CID is the one computed here, what the host serves has the same sha256, and nothing else is left.
 */
export async function uploadLarge({ sizeBytes, cuts, isSmall = false }: LargeUpload): Promise<void> {
  const dataDir = await dataFolder();
  let host = await startHost({ dataDir });
  const restart = async () => {
    await host.end('SIGKILL');
    host = await startHost({ dataDir });
  };
  try {
    const expected = described(sizeBytes);
    expected.catch(() => undefined); // awaited below
    const path = await begun(host, sizeBytes);
    const began = performance.now();
    let sent = 0;
    for (let cut = 1; cut <= cuts; cut += 1) {
      const offset = await offsetOf(host, path);
      expect(offset, 'what has come stays').to.be.at.least(sent);
      const end = Math.floor((sizeBytes * cut) / (cuts + 1));
      const isKilled = cut === Math.ceil(cuts / 2);
      const line = sendUpTo(host, path, { offset, end, sizeBytes });
      await line.sent;
      // Of what is in no buffer any more some is there at least.
      await arrived(host, path, offset + 1, sizeBytes);
      if (isKilled) await restart();
      else line.cut();
      sent = offset + 1;
    }
    const rest = sendUpTo(host, path, { offset: await offsetOf(host, path), end: sizeBytes, sizeBytes });
    expect(await rest.answer).to.equal(204);
    const seconds = (performance.now() - began) / 1000;
    if (!isSmall) await restart();
    const stored = performance.now();
    const { upload } = await eventually(
      30 * 60_000,
      () => getJson<Shown>(`${host.url}${path}`),
      ({ upload: { state } }) => state === 'packaged' || state === 'failed',
    );
    expect(upload.problem).to.equal(null);
    const storing = (performance.now() - stored) / 1000;
    const { cid, sha256 } = await expected;
    expect(upload.result?.meta.cid).to.equal(cid);
    expect(await sha256At(`${host.url}/ipfs/${cid}`)).to.equal(sha256);
    const speed = (bytes: number, sec: number) => `${(bytes / 1e6 / sec).toFixed(0)} MB/s`;
    console.log(
      `      ${sizeBytes} bytes: sent in ${seconds.toFixed(1)} s (${speed(sizeBytes, seconds)}), stored in ${storing.toFixed(1)} s`,
    );
    for (const folder of ['uploads', 'packaging', 'locks/uploads', 'media/incoming'])
      expect(readdirSync(join(dataDir, folder)), folder).to.deep.equal([]);
    expect(readdirSync(join(dataDir, 'media', 'roots'))).to.have.length(1);
    expect((await getJson<{ contents: unknown[] }>(`${host.url}/contents`)).contents).to.have.length(1);
  } finally {
    await host.end('SIGTERM');
    await removeFolder(dataDir);
  }
}

/** @returns what the page would say of it, and its hash. */
async function described(sizeBytes: number): Promise<{ cid: string; sha256: string }> {
  const hash = createHash('sha256');
  async function* hashed() {
    for (const piece of contentFrom(0, sizeBytes)) {
      hash.update(piece);
      yield piece;
    }
  }
  const cid = await fileCid(hashed());
  return { cid, sha256: hash.digest('hex') };
}

function* contentFrom(offset: number, end: number): Generator<Buffer> {
  for (let at = offset; at < end; at += PIECE) yield bytesOf(at, Math.min(PIECE, end - at));
}

async function begun(host: HostProcess, size: number): Promise<string> {
  const metadata = `filename ${base64('film.mp4')},json_data ${base64(JSON.stringify(META))}`;
  const headers = { ...TUS, 'upload-length': String(size), 'upload-metadata': metadata };
  const answer = await fetch(`${host.url}/uploads`, { method: 'POST', headers });
  expect(answer.status, await answer.text()).to.equal(201);
  return answer.headers.get('location') ?? '';
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function offsetOf(host: HostProcess, path: string): Promise<number> {
  const answer = await fetch(`${host.url}${path}`, { method: 'HEAD', headers: TUS });
  expect(answer.status).to.equal(200);
  return Number(answer.headers.get('upload-offset'));
}

async function arrived(host: HostProcess, path: string, bytes: number, sizeBytes: number): Promise<void> {
  await eventually(
    30_000,
    () => getJson<Shown>(`${host.url}${path}`),
    ({ upload: { progress } }) => progress * sizeBytes >= bytes - 0.5,
  );
}

/** A request that announces all the rest, and sends it up to `end`. */
function sendUpTo(
  host: HostProcess,
  path: string,
  { offset, end, sizeBytes }: { offset: number; end: number; sizeBytes: number },
) {
  const headers = {
    ...{ ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    'content-length': sizeBytes - offset,
  };
  const line = request(`${host.url}${path}`, { method: 'PATCH', headers });
  line.on('error', () => undefined); // it is cut
  const answer = once(line, 'response').then(
    ([found]) => {
      found.resume();
      return Number(found.statusCode);
    },
    () => null,
  );
  const sent = pipeline(Readable.from(contentFrom(offset, end)), line, { end: end === sizeBytes });
  return { answer, sent, cut: () => line.destroy() };
}

async function sha256At(url: string): Promise<string> {
  const answer = await fetch(url);
  expect(answer.status).to.equal(200);
  const hash = createHash('sha256');
  for await (const piece of answer.body ?? []) hash.update(piece);
  return hash.digest('hex');
}
