import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import { gatewayRoutes } from '../../../indexer/http/gateway/gateway.ts';
import { createReaderLimit } from '../../../indexer/http/gateway/reader-limit.ts';
import { HttpProblem } from '../../../indexer/http/problems/http-problem.ts';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import type { ByteRange, MediaStorage } from '../../../indexer/media/storage.ts';
import { bytesOf, CHUNK, file } from '../media/content.ts';
import { until } from '../sync/until.ts';

const SIZE = 100 * CHUNK;
const MOST = 3;

describe('readers of /ipfs that stop', () => {
  let dataDir: string;
  let storage: MediaStorage;
  let server: Server;
  let path: string;
  /** Readings of the file that are under way. */
  let open = 0;
  const reads: ByteRange[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stream-host-readers-'));
    storage = await openFileStorage({ folder: dataDir, log: () => undefined });
    path = `/ipfs/${(await storage.add(file(SIZE))).cid}?filename=a.mp4`;
    const app = express().set('trust proxy', 1);
    app.use(gatewayRoutes({ storage: watched(storage), limit: createReaderLimit(MOST) }), tellProblem);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    reads.length = 0;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await storage.close();
    await rm(dataDir, { recursive: true });
  });

  function watched(inner: MediaStorage): MediaStorage {
    const read = async function* (key: string, range: ByteRange) {
      reads.push({ ...range });
      open += 1;
      try {
        yield* inner.read(key, range);
      } finally {
        open -= 1;
      }
    };
    return Object.assign(Object.create(inner), { stat: (key: string) => inner.stat(key), read });
  }

  /** A reader that has taken nothing of the body yet. */
  async function reader(headers: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    sent.on('error', () => undefined);
    sent.end();
    const [response] = await once(sent, 'response');
    return response;
  }

  it('hold nothing of the file but what is on its way, and go on where they were', async () => {
    const stopped = await reader();
    await until('the file is let go of', async () => reads.length === 1 && open === 0);
    const pieces: Buffer[] = [];
    for await (const piece of stopped) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytesOf(0, SIZE))).to.equal(true);
    expect(reads.length).to.be.above(1);
    expect(reads[1]?.offset).to.be.within(1, SIZE / 2);
  });

  it('of one address are so many and no more, and each that ends makes room', async () => {
    const first = await Promise.all(Array.from({ length: MOST }, () => reader()));
    expect(first.map(({ statusCode }) => statusCode)).to.deep.equal(Array(MOST).fill(200));
    const refused = await reader();
    expect([refused.statusCode, refused.headers.code]).to.deep.equal([429, 'too_many_readers']);
    expect((await reader({}, 'HEAD')).statusCode).to.equal(200);
    expect((await reader({ 'if-none-match': '*' })).statusCode).to.equal(304);
    const elsewhere = await reader({ 'x-forwarded-for': '192.0.2.7' });
    expect(elsewhere.statusCode).to.equal(200);
    first[0]?.destroy();
    await until('there is room', async () => (await reader()).statusCode === 200);
    for (const each of [...first, elsewhere]) each.destroy();
  });
});

const tellProblem: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof HttpProblem)) return next(error);
  res.status(error.status).setHeader('code', error.code).end();
};
