import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { dataFolder, type HostProcess, removeFolder, startHost } from '../e2e/host.ts';

const CROWD = '127.0.0.2';
const LISTENERS = 1_000;
const READERS = 1_000;
const UPLOADS = 200;
const FILE_BYTES = 60_000_000;
const PROBES = 200;
const MOST_MS = 1_000;
const MOST_RSS_MIB = 600;

/** One address does at once all that holds connections, with caps by address and without them, and others are served. */
describe('a host that one address crowds', function () {
  this.timeout(300_000);
  for (const [title, env] of [
    ['with the caps that hold by default', {}],
    [
      'with caps so wide that all of it comes in',
      {
        MAX_CONNECTIONS: '3000',
        MAX_CONNECTIONS_PER_ADDRESS: '2500',
        EVENTS_MAX_CLIENTS: '1000',
        EVENTS_MAX_CLIENTS_PER_ADDRESS: '1000',
      },
    ],
  ] as const) {
    it(`answers /healthz within ${MOST_MS} ms and takes at most ${MOST_RSS_MIB} MiB, ${title}`, async () => {
      const dataDir = await dataFolder();
      const host = await startHost({ dataDir, env });
      const sockets: Socket[] = [];
      try {
        const cid = await uploadFile(host);
        const send = async (count: number, head: string) => {
          const opened = await Promise.all(Array.from({ length: count }, () => crowd(host, head)));
          sockets.push(...opened);
        };
        await send(LISTENERS, 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
        await send(READERS, `GET /ipfs/${cid} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        await send(UPLOADS, UPLOAD_HEAD);
        const timesMs = await probe(host, sockets.slice(-UPLOADS));
        expect(timesMs.at(Math.floor(PROBES * 0.99))).to.be.at.most(MOST_MS);
        expect(await rssMib(host.pid)).to.be.at.most(MOST_RSS_MIB);
        expect((await fetch(`${host.url}/readyz`)).status).to.equal(200);
      } finally {
        for (const socket of sockets) socket.destroy();
        await host.end('SIGKILL');
        await removeFolder(dataDir);
      }
    });
  }
});

const BOUNDARY = 'a-boundary';
const UPLOAD_HEAD = [
  'POST /upload-content HTTP/1.1',
  'Host: localhost',
  `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
  `Content-Length: ${FILE_BYTES}`,
  '',
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="file"; filename="slow.mp4"',
  'Content-Type: video/mp4',
  '',
  '',
].join('\r\n');

/** A connection of the crowd that sends `head` and takes no answer. */
async function crowd({ url }: HostProcess, head: string): Promise<Socket> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), localAddress: CROWD });
  socket.on('error', () => undefined); // being turned away is the point
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.pause();
  socket.write(head);
  return socket;
}

/** How long each answer took, the shortest first, while the uploads trickle on. */
async function probe({ url }: HostProcess, uploads: Socket[]): Promise<number[]> {
  const timesMs: number[] = [];
  for (let nth = 0; nth < PROBES; nth += 1) {
    for (const socket of uploads) if (socket.writable) socket.write(Buffer.alloc(1_024));
    const before = performance.now();
    const answer = await fetch(`${url}/healthz`);
    expect(answer.status).to.equal(200);
    await answer.arrayBuffer();
    timesMs.push(performance.now() - before);
    await delay(20);
  }
  return timesMs.sort((a, b) => a - b);
}

async function uploadFile(host: HostProcess): Promise<string> {
  const form = new FormData();
  const wallet = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
  const meta = {
    video_name: 'long',
    content_creator_wallet: wallet,
    creator_share: 70,
    provider_share: 30,
    price: '1',
  };
  form.set('json_data', JSON.stringify(meta));
  form.set('file', new Blob([new Uint8Array(FILE_BYTES)]), 'long.mp4');
  const answer = await fetch(`${host.url}/upload-content`, { method: 'POST', body: form });
  expect(answer.status).to.equal(200);
  return ((await answer.json()) as { meta: { cid: string } }).meta.cid;
}

async function rssMib(pid: number): Promise<number> {
  const [, kib = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
