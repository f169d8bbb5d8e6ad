import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ErrorRequestHandler } from 'express';
import express from 'express';
import { base36 } from 'multiformats/bases/base36';
import { CID } from 'multiformats/cid';
import { EXPOSED_HEADERS, gatewayRoutes } from '../../../indexer/http/gateway/gateway.ts';
import { HttpProblem } from '../../../indexer/http/problems/http-problem.ts';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import { MediaFolder } from '../../../indexer/media/files/folder.ts';
import type { ByteRange, MediaStorage } from '../../../indexer/media/storage.ts';
import { bytesOf, CHUNK, file } from '../media/content.ts';

const SIZE = 3 * CHUNK + 1234;
const ABSENT = 'bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';

describe('GET /ipfs/{cid}', () => {
  let dataDir: string;
  let storage: MediaStorage;
  let server: Server;
  let origin: string;
  let cid: string;
  const names = new Map<string, string>();
  const reads: ByteRange[] = [];
  const ended: Promise<unknown>[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stream-host-gateway-'));
    storage = await openFileStorage({ folder: dataDir, log: () => undefined });
    ({ cid } = await storage.add(file(SIZE)));
    const app = express().disable('etag');
    app.use(gatewayRoutes({ storage: watched(storage), nameOf: async (key) => names.get(key) ?? null }));
    app.use(answerProblem);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    names.clear();
    reads.length = 0;
    ended.length = 0;
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await storage.close();
    await rm(dataDir, { recursive: true });
  });

  /** Records what is read, and when each reading ends. */
  function watched(inner: MediaStorage): MediaStorage {
    const read = async function* (key: string, range: ByteRange) {
      reads.push(range);
      const end = Promise.withResolvers<void>();
      ended.push(end.promise);
      try {
        yield* inner.read(key, range);
      } finally {
        end.resolve();
      }
    };
    const { stat, block, rootsOf } = inner;
    const bound = { stat: stat.bind(inner), block: block.bind(inner), rootsOf: rootsOf.bind(inner) };
    return Object.assign(Object.create(inner), bound, { read });
  }

  const get = (headers: Record<string, string> = {}, path = cid, method = 'GET') =>
    fetch(`${origin}/ipfs/${path}`, { headers, method });
  const body = async (response: Response) => Buffer.from(await response.arrayBuffer());
  const expectBytes = async (response: Response, offset: number, length: number) => {
    expect(response.headers.get('content-length')).to.equal(String(length));
    expect((await body(response)).equals(bytesOf(offset, length))).to.equal(true);
  };
  const expectProblem = async (response: Response, status: number, code: string) => {
    expect(response.status).to.equal(status);
    expect(await response.json()).to.deep.equal({ code });
    expect(response.headers.get('cache-control')).to.equal(null);
    expect(response.headers.get('etag')).to.equal(null);
  };

  describe('refuses', () => {
    for (const bad of ['hello', '0x1234', `${ABSENT}x`]) {
      it(`${bad}, which is no CID`, async () => {
        await expectProblem(await get({}, bad), 400, 'bad_cid');
      });
    }

    it('a file that is not here', async () => {
      await expectProblem(await get({}, ABSENT), 404, 'media_not_found');
    });

    it('an EthStorage address that is not here', async () => {
      await expectProblem(await get({}, `0x${'aB'.repeat(20)}`), 404, 'media_not_found');
    });

    it('a file that is not here with 412 when only a cached one will do', async () => {
      await expectProblem(await get({ 'cache-control': 'only-if-cached' }, ABSENT), 412, 'not_cached');
    });

    it('to serve a service worker', async () => {
      await expectProblem(await get({ 'service-worker': 'script' }), 400, 'service_worker_refused');
    });

    for (const range of [`bytes=${SIZE}-`, 'bytes=-0', `bytes=${SIZE}-,-0`]) {
      it(`${range} with the size to ask within, and what it is the size of`, async () => {
        const response = await get({ range });
        expect(response.headers.get('content-range')).to.equal(`bytes */${SIZE}`);
        expect(response.headers.get('etag')).to.equal(`"${cid}"`);
        expect(await response.json()).to.deep.equal({ code: 'range_not_satisfiable' });
        expect(response.status).to.equal(416);
      });
    }

    for (const format of ['tar', 'dag-json', 'ipns-record', 'unheard-of']) {
      it(`?format=${format}, which would not be the file`, async () => {
        const known = { 'if-none-match': `"${cid}"` };
        await expectProblem(await get(known, `${cid}?format=${format}`), 406, 'not_acceptable');
      });
    }

    for (const accept of [
      'application/vnd.ipfs.ipns-record',
      'application/x-tar',
      'application/vnd.ipld.dag-json, */*;q=0',
      'application/json',
    ]) {
      it(`Accept: ${accept}, which would not be the file`, async () => {
        const response = await get({ accept });
        expect(response.headers.get('vary')).to.equal('Accept');
        await expectProblem(response, 406, 'not_acceptable');
      });
    }

    it('a file whose first block is damaged, with nothing a cache would keep', async () => {
      const { cid: damaged } = await storage.add(file(1000));
      await writeFile(new MediaFolder(dataDir).fileOf(damaged), 'not these bytes');
      await expectProblem(await get({}, `${damaged}?filename=a.mp4`), 500, 'BlockDamaged');
    });

    it('a filename that people would misread', async () => {
      for (const name of ['a%00.mp4', 'a%0A.mp4', 'film%E2%80%AE4pm.exe']) {
        const response = await fetch(`${origin}/ipfs/${cid}?filename=${name}`);
        expect(response.status, name).to.equal(400);
        expect(await response.json()).to.include({ code: 'invalid_field' });
      }
    });
  });

  describe('serves', () => {
    it('the whole file, to be kept for ever', async () => {
      const response = await get();
      expect(response.status).to.equal(200);
      expect(Object.fromEntries(response.headers)).to.include({
        'accept-ranges': 'bytes',
        'cache-control': 'public, max-age=29030400, immutable',
        'content-type': 'application/octet-stream',
        'cross-origin-resource-policy': 'cross-origin',
        etag: `"${cid}"`,
        'x-content-type-options': 'nosniff',
        'x-ipfs-path': `/ipfs/${cid}`,
        'x-ipfs-roots': cid,
      });
      expect(response.headers.get('content-range')).to.equal(null);
      await expectBytes(response, 0, SIZE);
    });

    const spans: [range: string, start: number, end: number][] = [
      ['bytes=0-', 0, SIZE - 1],
      ['bytes=0-0', 0, 0],
      [`bytes=${CHUNK - 10}-${2 * CHUNK + 9}`, CHUNK - 10, 2 * CHUNK + 9],
      ['bytes=-500', SIZE - 500, SIZE - 1],
      [`bytes=${SIZE - 3}-${SIZE * 2}`, SIZE - 3, SIZE - 1],
    ];
    for (const [range, start, end] of spans) {
      it(`${range} as 206`, async () => {
        const response = await get({ range });
        expect(response.status).to.equal(206);
        expect(response.headers.get('content-range')).to.equal(`bytes ${start}-${end}/${SIZE}`);
        await expectBytes(response, start, end - start + 1);
      });
    }

    it('the first of several ranges that the file has', async () => {
      const response = await get({ range: `bytes=${SIZE}-,5-6,0-1` });
      expect(response.status).to.equal(206);
      expect(response.headers.get('content-range')).to.equal(`bytes 5-6/${SIZE}`);
      await expectBytes(response, 5, 2);
    });

    for (const accept of [
      'video/*',
      'application/json, text/plain, */*',
      'application/vnd.ipld.raw;q=0.1, */*',
      'application/vnd.ipld.raw;q=0, video/mp4',
    ]) {
      it(`the file to a client that takes it: ${accept}`, async () => {
        const response = await get({ accept, range: 'bytes=0-9' }, `${cid}?format=`);
        expect(response.headers.get('vary')).to.equal('Accept');
        await expectBytes(response, 0, 10);
      });
    }

    it('a range when If-Range names this file, and the whole when it names another', async () => {
      const range = 'bytes=5-9';
      const current = await get({ range, 'if-range': `"${cid}"` });
      expect(current.status).to.equal(206);
      await expectBytes(current, 5, 5);
      const other = await get({ range, 'if-range': `"${ABSENT}"` });
      expect(other.status).to.equal(200);
      await expectBytes(other, 0, SIZE);
    });

    it('304 without a body to a client that has the file', async () => {
      for (const tag of [`"${cid}"`, `W/"${cid}"`, `"x", "${cid}"`, '*']) {
        const response = await get({ 'if-none-match': tag, range: 'bytes=0-5' });
        expect(response.status, tag).to.equal(304);
        expect(response.headers.get('etag')).to.equal(`"${cid}"`);
        expect(await body(response)).to.have.length(0);
      }
      expect(reads).to.deep.equal([]);
    });

    it('the file to a client that has another', async () => {
      const response = await get({ 'if-none-match': `"${ABSENT}"` });
      expect(response.status).to.equal(200);
      await expectBytes(response, 0, SIZE);
    });

    it('a file that is here to a client that takes only a cached one', async () => {
      const response = await get({ 'cache-control': 'only-if-cached' });
      expect(response.status).to.equal(200);
      await expectBytes(response, 0, SIZE);
    });

    it('the same file under every spelling of its CID', async () => {
      for (const spelling of [CID.parse(cid).toV0().toString(), CID.parse(cid).toString(base36)]) {
        const response = await get({ range: 'bytes=0-9' }, spelling);
        expect(response.headers.get('x-ipfs-path')).to.equal(`/ipfs/${spelling}`);
        expect(response.headers.get('x-ipfs-roots')).to.equal(cid);
        expect(response.headers.get('etag')).to.equal(`"${cid}"`);
        await expectBytes(response, 0, 10);
      }
    });

    it('an empty file', async () => {
      const empty = await storage.add(file(0));
      for (const format of ['', '?format=raw']) {
        const response = await get({}, empty.cid + format);
        expect(response.status, format).to.equal(200);
        await expectBytes(response, 0, 0);
      }
    });

    it('everything that it says a page may read', async () => {
      const { headers } = await get({ range: 'bytes=0-9' });
      for (const name of EXPOSED_HEADERS) expect(headers.get(name), name).to.be.a('string');
    });
  });

  describe('tells the content type', () => {
    const typeOf = async (path: string) =>
      (await get({ range: 'bytes=0-0' }, path)).headers.get('content-type');

    it('by ?filename=', async () => {
      names.set(cid, 'catalogue.webm');
      expect(await typeOf(`${cid}?filename=A%20day.mp4`)).to.equal('video/mp4');
    });

    it('by the name in the catalogue', async () => {
      names.set(cid, 'catalogue.webm');
      expect(await typeOf(cid)).to.equal('video/webm');
    });

    it('by the first bytes where names tell nothing', async () => {
      const { cid: mp4 } = await storage.add(pieces('\0\0\0\x20ftypisom\0\0\x02\0'));
      expect(await typeOf(`${mp4}?filename=video`)).to.equal('video/mp4');
    });

    it('as bytes for what could run as a page', async () => {
      const { cid: page } = await storage.add(pieces('<html><script>alert(1)</script>'));
      expect(await typeOf(`${page}?filename=page.html`)).to.equal('application/octet-stream');
    });

    it('and offers a file name that can not break out of its header', async () => {
      const path = `${cid}?filename=${encodeURIComponent('a"; X: y 海.mp4')}&download=true`;
      const response = await get({ range: 'bytes=0-0' }, path);
      expect(response.headers.get('content-disposition')).to.equal(
        `attachment; filename="a_; X: y _.mp4"; filename*=UTF-8''a%22%3B%20X%3A%20y%20%E6%B5%B7.mp4`,
      );
    });

    it('and encodes the signs of a file name that headers may not have', async () => {
      const response = await get({ range: 'bytes=0-0' }, `${cid}?filename=${encodeURIComponent("'(*).mp4")}`);
      expect(response.headers.get('content-disposition')).to.equal(
        `inline; filename="'(*).mp4"; filename*=UTF-8''%27%28%2A%29.mp4`,
      );
    });

    it('and offers a file without a name under its CID', async () => {
      const response = await get({ range: 'bytes=0-0' }, `${cid}?download=true`);
      expect(response.headers.get('content-disposition')).to.equal(
        `attachment; filename="${cid}"; filename*=UTF-8''${cid}`,
      );
    });
  });

  it('answers HEAD like GET, reading at most the first bytes', async () => {
    const response = await get({ range: 'bytes=100-199' }, cid, 'HEAD');
    expect(response.status).to.equal(206);
    expect(response.headers.get('content-length')).to.equal('100');
    expect(response.headers.get('content-range')).to.equal(`bytes 100-199/${SIZE}`);
    expect(reads.map(({ offset, length }) => ({ offset, length }))).to.deep.equal([
      { offset: 0, length: 512 },
    ]);
  });

  it('stops reading when the client goes away', async () => {
    const big = await storage.add(file(100 * CHUNK));
    const req = request(`${origin}/ipfs/${big.cid}?filename=a.mp4`);
    req.on('error', () => undefined);
    req.end();
    const [res] = await once(req, 'response');
    await once(res, 'readable');
    req.destroy();
    expect(ended).to.have.length(1);
    await ended[0];
    expect(reads[0]?.signal?.aborted).to.equal(true);
  });
});

const answerProblem: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error);
  if (error instanceof HttpProblem) res.status(error.status).json({ code: error.code });
  else res.status(500).json({ code: error.name });
};

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'latin1');
}
