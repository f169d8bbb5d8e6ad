import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { HttpProblem } from '../../../indexer/http/problems/http-problem.ts';
import { MAX_FORM_BYTES_AROUND_FILE } from '../../../indexer/http/uploads/multipart.ts';
import type { ReceivedUpload, UploadOptions } from '../../../indexer/http/uploads/receive.ts';
import { receiveUpload } from '../../../indexer/http/uploads/receive.ts';
import { openFileStorage } from '../../../indexer/media/files/files.ts';
import type { AddedMedia, MediaStorage } from '../../../indexer/media/storage.ts';
import { bytesOf, CHUNK, collect } from '../media/content.ts';
import { mediaOnDisk } from '../media/on-disk.ts';

const SIZE = 2 * CHUNK + 99;
const CONTENT = bytesOf(0, SIZE);
const META = '{"video_name":"A day at the sea"}';
const MAX_BYTES = 5 * CHUNK;
const OPTIONS: Omit<UploadOptions<unknown>, 'storage'> = {
  maxBytes: MAX_BYTES,
  parseMeta,
  through: (content) => content,
  beforeKept: async () => undefined,
  storageOf: () => undefined,
  isProtected: () => false,
  captionsOf: () => [],
  takeAside: async () => 0,
};

describe('receiveUpload()', () => {
  let dataDir: string;
  let storage: MediaStorage;
  let url: string;
  let outcome: PromiseWithResolvers<ReceivedUpload<unknown>>;
  let hooks: Partial<Pick<UploadOptions<unknown>, 'through' | 'beforeKept'>>;
  const server = createServer(answer);

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stream-host-upload-'));
    storage = await openFileStorage({ folder: dataDir, log: () => undefined });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  beforeEach(() => {
    hooks = {};
    outcome = Promise.withResolvers();
    outcome.promise.catch(() => undefined);
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    await storage.close();
    await rm(dataDir, { recursive: true });
  });

  async function kept(): Promise<AddedMedia> {
    const { media } = await outcome.promise;
    if (media === null) throw new Error('storage has not seen the file');
    return media;
  }

  /** The route that a host would have: the outcome is kept for the test, the client gets the status. */
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    await receiveUpload(req, { ...OPTIONS, storage, ...hooks }).then(outcome.resolve, outcome.reject);
    const status = await outcome.promise.then(
      () => 200,
      (error) => (error instanceof HttpProblem ? error.status : 500),
    );
    res.writeHead(status).end();
  }

  const post = async (...parts: [name: string, value: string | File][]) => {
    const body = new FormData();
    for (const [name, value] of parts) body.append(name, value);
    return (await fetch(url, { method: 'POST', body })).status;
  };
  const problem = async (): Promise<Partial<HttpProblem>> => {
    const error: unknown = await outcome.promise.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(HttpProblem);
    const { status, code, field } = error as HttpProblem;
    return { status, code, ...(field !== undefined && { field }) };
  };
  const expectNothingStored = async () => {
    expect(mediaOnDisk(dataDir)).to.deep.equal([]);
  };
  const video = new File([CONTENT], 'sea.mp4', { type: 'video/mp4' });
  const file: [string, File] = ['file', video];
  const meta: [string, string] = ['json_data', META];

  describe('refuses and stores nothing:', () => {
    afterEach(expectNothingStored);

    const bodies: [type: string | undefined, what: string][] = [
      ['application/json', 'JSON'],
      ['application/x-www-form-urlencoded', 'a form that is not multipart'],
      ['multipart/form-data', 'a multipart form without boundary'],
      [undefined, 'a body without type'],
    ];
    for (const [type, what] of bodies) {
      it(what, async () => {
        const body = new Uint8Array(Buffer.from('{}'));
        const response = await fetch(url, {
          method: 'POST',
          body,
          headers: type ? { 'content-type': type } : {},
        });
        expect(response.status).to.equal(415);
        expect(await problem()).to.deep.equal({ status: 415, code: 'unsupported_media_type' });
      });
    }

    for (const [when, order] of [
      ['the file last', [meta, file]],
      ['json_data last', [file, meta]],
    ] as const) {
      it(`what the file passes through ends it, ${when}`, async () => {
        hooks = {
          async *through(content) {
            for await (const chunk of content) {
              yield chunk;
              throw new HttpProblem('Too much.', { status: 413, code: 'quota_exceeded' });
            }
          },
        };
        expect(await post(...order)).to.equal(413);
        expect(await problem()).to.deep.equal({ status: 413, code: 'quota_exceeded' });
      });

      it(`what comes before the file is kept ends it, with what is accepted, ${when}`, async () => {
        const seen: unknown[] = [];
        hooks = {
          beforeKept: async ({ sizeBytes }, accepted) => {
            seen.push({ sizeBytes, accepted });
            throw new HttpProblem('No room.', { status: 429, code: 'upload_quota_spent' });
          },
        };
        expect(await post(...order)).to.equal(429);
        expect(seen).to.deep.equal([{ sizeBytes: SIZE, accepted: { video_name: 'A day at the sea' } }]);
      });
    }

    it('a form without file', async () => {
      expect(await post(meta)).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'missing_part', field: 'file' });
    });

    it('a form without json_data', async () => {
      expect(await post(file)).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'missing_part', field: 'json_data' });
    });

    it('two files', async () => {
      expect(await post(file, file, meta)).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'duplicate_part', field: 'file' });
    });

    it('two json_data', async () => {
      expect(await post(meta, file, meta)).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'duplicate_part', field: 'json_data' });
    });

    it('an unknown field after everything else', async () => {
      expect(await post(meta, file, ['price', '1'])).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'unknown_part', field: 'price' });
    });

    it('a second file under another name', async () => {
      expect(await post(meta, file, ['trailer', video])).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'unknown_part', field: 'trailer' });
    });

    it('a file that is sent as text', async () => {
      expect(await post(meta, ['file', 'video.mp4'])).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'not_a_file', field: 'file' });
    });

    it('an empty file', async () => {
      expect(await post(meta, ['file', new File([], 'empty.mp4')])).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'empty_file', field: 'file' });
    });

    it('bad json_data before the file', async () => {
      expect(await post(['json_data', 'no JSON'], file)).to.equal(422);
      expect(await problem()).to.deep.equal({ status: 422, code: 'bad_meta' });
    });

    it('bad json_data after the file', async () => {
      expect(await post(file, ['json_data', 'no JSON'])).to.equal(422);
      expect(await problem()).to.deep.equal({ status: 422, code: 'bad_meta' });
    });

    it('json_data of more than 64 KiB', async () => {
      expect(await post(file, ['json_data', `"${'a'.repeat(65_535)}"`])).to.equal(413);
      expect(await problem()).to.deep.equal({ status: 413, code: 'json_data_too_large', field: 'json_data' });
    });

    it('json_data of more than 64 KiB that is sent as a file', async () => {
      expect(await post(['json_data', new File([`"${'a'.repeat(65_535)}"`], 'blob')], file)).to.equal(413);
      expect(await problem()).to.deep.equal({ status: 413, code: 'json_data_too_large', field: 'json_data' });
    });

    it('a file a byte larger than the limit, noticed on the way', async () => {
      expect(await post(['file', new File([bytesOf(0, MAX_BYTES + 1)], 'big.mp4')], meta)).to.equal(413);
      expect(await problem()).to.deep.equal({ status: 413, code: 'file_too_large', field: 'file' });
    });

    it('a request that is announced larger than the limit, before it is sent', async () => {
      const req = request(url, {
        method: 'POST',
        headers: { ...multipart('x'), 'content-length': MAX_BYTES + MAX_FORM_BYTES_AROUND_FILE + 1 },
      });
      req.flushHeaders();
      const [res] = await once(req, 'response');
      expect(res.statusCode).to.equal(413);
      req.destroy();
      expect(await problem()).to.deep.equal({ status: 413, code: 'file_too_large', field: 'file' });
    });

    it('a form that ends in the middle of the file', async () => {
      const body = Buffer.concat([fileHead('x'), CONTENT]);
      expect((await fetch(url, { method: 'POST', body, headers: multipart('x') })).status).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'malformed_form' });
    });

    it('a part with a malformed header', async () => {
      const body = '--x\r\nno colon here\r\n\r\nabc\r\n--x--\r\n';
      expect((await fetch(url, { method: 'POST', body, headers: multipart('x') })).status).to.equal(400);
      expect(await problem()).to.deep.equal({ status: 400, code: 'malformed_form' });
    });

    it('what a client sent before it went away', async () => {
      const req = request(url, { method: 'POST', headers: multipart('x') });
      req.on('error', () => undefined);
      req.write(fileHead('x'));
      await new Promise((resolve) => req.write(CONTENT, resolve));
      req.destroy();
      expect(await problem()).to.deep.equal({ status: 400, code: 'upload_aborted' });
    });
  });

  describe('takes', () => {
    afterEach(async () => {
      const { cid } = await kept();
      const stored = await collect(storage.read(cid, { offset: 0, length: SIZE }));
      expect(stored.equals(CONTENT)).to.equal(true);
      await storage.remove(cid);
    });

    it('a file before json_data', async () => {
      expect(await post(file, meta)).to.equal(200);
      const { media, ...rest } = await outcome.promise;
      expect(media?.cid).to.match(/^bafybei/);
      expect(media?.sizeBytes).to.equal(SIZE);
      expect(rest).to.deep.equal({ meta: { video_name: 'A day at the sea' }, poster: null, captions: [] });
    });

    it('a file after json_data', async () => {
      expect(await post(meta, file)).to.equal(200);
      expect((await outcome.promise).meta).to.deep.equal({ video_name: 'A day at the sea' });
    });

    it('json_data that is sent as a file of type JSON', async () => {
      expect(
        await post(file, ['json_data', new File([META], 'blob', { type: 'application/json' })]),
      ).to.equal(200);
      expect((await outcome.promise).meta).to.deep.equal({ video_name: 'A day at the sea' });
    });

    it('a file under a name in any script, with folders', async () => {
      expect(await post(['file', new File([CONTENT], '../../Über das Meer 海.mp4')], meta)).to.equal(200);
    });

    it('the same content again', async () => {
      await post(file, meta);
      const first = await outcome.promise;
      outcome = Promise.withResolvers();
      await post(meta, file);
      expect(await outcome.promise).to.deep.equal(first);
    });

    it('a form in pieces of one byte', async () => {
      const json = '\r\n--x\r\nContent-Disposition: form-data; name="json_data"\r\n\r\n{}\r\n--x--\r\n';
      const req = request(url, { method: 'POST', headers: multipart('x') });
      for (const byte of fileHead('x')) req.write(Buffer.of(byte));
      req.write(CONTENT);
      for (const byte of Buffer.from(json)) req.write(Buffer.of(byte));
      req.end();
      const [res] = await once(req, 'response');
      res.resume();
      expect(res.statusCode).to.equal(200);
    });
  });

  it('takes a file of exactly the limit', async () => {
    expect(await post(['file', new File([bytesOf(0, MAX_BYTES)], 'full')], meta)).to.equal(200);
    const { cid, sizeBytes } = await kept();
    expect(sizeBytes).to.equal(MAX_BYTES);
    await storage.remove(cid);
  });
});

function parseMeta(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new HttpProblem('json_data is no JSON.', { status: 422, code: 'bad_meta', cause });
  }
}

function multipart(boundary: string) {
  return { 'content-type': `multipart/form-data; boundary=${boundary}` };
}

function fileHead(boundary: string): Buffer {
  return Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n`,
  );
}
