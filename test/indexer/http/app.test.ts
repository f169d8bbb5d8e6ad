import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { expect } from 'chai';
import { createDisk } from '../../../indexer/lib/disk.ts';
import { eventually, expectProblem, REGISTRATION, startApi, UPLOAD, useApi } from './api.ts';

const PAGE = 'http://localhost:3000';

describe('the HTTP side as a whole', () => {
  const api = useApi();

  const preflight = (origin: string, headers = 'content-type') =>
    fetch(`${api.url}/register`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': headers,
      },
    });

  describe('CORS', () => {
    it('answers the preflight of a page that CORS_ORIGINS names, for ten minutes', async () => {
      const { status, headers } = await preflight(PAGE);
      expect(status).to.equal(204);
      expect(headers.get('access-control-allow-origin')).to.equal(PAGE);
      expect(headers.get('access-control-allow-credentials')).to.equal('true');
      expect(headers.get('access-control-allow-methods')).to.equal('GET,HEAD,POST,PUT,PATCH,DELETE');
      expect(headers.get('access-control-allow-headers')).to.equal('content-type');
      expect(headers.get('access-control-max-age')).to.equal('600');
    });

    it('allows no other page', async () => {
      for (const origin of [
        'http://localhost:3001',
        'https://localhost:3000',
        'http://localhost:3000.evil.example',
        'null',
      ]) {
        const { headers } = await preflight(origin);
        expect(headers.get('access-control-allow-origin'), origin).to.equal(null);
      }
    });

    it('lets every page read what is open, without credentials', async () => {
      for (const path of ['/contents', '/ipfs/Qm123', '/streams', '/chain', '/wallets/0x1/earnings']) {
        for (const headers of [{ origin: 'http://evil.example' }, {}]) {
          const answer = await fetch(api.url + path, { headers });
          expect(answer.headers.get('access-control-allow-origin'), path).to.equal('*');
          expect(answer.headers.get('access-control-allow-credentials')).to.equal(null);
          expect(answer.headers.get('access-control-expose-headers')).to.contain('Content-Range');
          expect(answer.headers.get('vary')).to.contain('Origin');
        }
      }
    });

    it('lets no other page write, sign in or read what is for one wallet or about this host', async () => {
      const origin = 'http://evil.example';
      for (const [path, method] of [
        ['/contents/x', 'DELETE'],
        ['/register', 'POST'],
        ['/auth/nonce', 'GET'],
        ['/wallets/0x1/uploads', 'GET'],
        ['/metrics', 'GET'],
      ] as const) {
        for (const sent of [method, 'OPTIONS']) {
          const headers = { origin, 'access-control-request-method': method };
          const answer = await fetch(api.url + path, { method: sent, headers });
          expect(answer.headers.get('access-control-allow-origin'), `${sent} ${path}`).to.equal(null);
        }
      }
    });

    it('answers the preflight of a read of any page, for a range too', async () => {
      const { status, headers } = await fetch(`${api.url}/ipfs/Qm123`, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://evil.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'range,if-range',
        },
      });
      expect(status).to.equal(200);
      expect(headers.get('access-control-allow-origin')).to.equal('*');
      expect(headers.get('access-control-allow-credentials')).to.equal(null);
      expect(headers.get('access-control-allow-methods')).to.equal('GET, HEAD, OPTIONS');
      expect(headers.get('access-control-allow-headers')).to.equal(
        'Content-Type, Range, User-Agent, X-Requested-With, range,if-range',
      );
    });

    it('lets a page elsewhere read an answer that is kept', async () => {
      const headers = { origin: 'http://evil.example' };
      for (let times = 0; times < 2; times += 1) {
        const answer = await fetch(`${api.url}/streams`, { headers });
        expect(answer.headers.get('access-control-allow-origin')).to.equal('*');
      }
    });

    it('lets the page read the headers of a range, of problems too', async () => {
      for (const path of ['/contents', '/ipfs/Qm123']) {
        const { headers } = await fetch(api.url + path, { headers: { origin: PAGE } });
        expect(headers.get('access-control-allow-origin')).to.equal(PAGE);
        const exposed = headers.get('access-control-expose-headers')?.split(',');
        expect(exposed).to.include.members([
          'Content-Range',
          'Content-Length',
          'Accept-Ranges',
          'ETag',
          'X-Request-Id',
        ]);
        expect(headers.get('vary')).to.contain('Origin');
      }
    });
  });

  describe('where writes need no signature', () => {
    it('refuses what a form or script of another page sends, and changes nothing', async () => {
      const before = await api.state();
      for (const origin of ['http://evil.example', 'null', 'http://localhost:3001']) {
        const answer = await api.post('/register', REGISTRATION, { origin });
        expectProblem(answer, 403, 'origin_not_allowed', 'Origin');
      }
      const form = new FormData();
      form.set('file', new Blob(['x']), 'x');
      const headers = { origin: 'http://evil.example' };
      const upload = await api.call('POST', '/upload-content', { body: form, headers });
      expectProblem(upload, 403, 'origin_not_allowed', 'Origin');
      expect(await api.state()).to.deep.equal(before);
    });

    it('refuses them each method, whatever they call the body', async () => {
      const before = await api.state();
      const { paths } = (await api.get('/openapi.json')).body as { paths: Record<string, object> };
      const headers = { origin: 'http://evil.example' };
      for (const [path, methods] of Object.entries(paths)) {
        const url = api.url + path.replace(/\{[^}]+\}/g, 'x');
        for (const method of [...Object.keys(methods), 'put', 'query'].map((name) => name.toUpperCase())) {
          if (['GET', 'HEAD', 'OPTIONS'].includes(method)) continue;
          // What a wallet has signed acts for nobody else: any page may bring it.
          if (method === 'POST' && /^\/play\/\{cid\}\/(access|keys)$/.test(path)) continue;
          for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
            const body = JSON.stringify(REGISTRATION);
            const { status } = await fetch(url, {
              method,
              body,
              headers: { ...headers, 'content-type': type },
            });
            expect(status, `${method} ${path} ${type}`).to.equal(403);
          }
        }
      }
      expect(await api.state()).to.deep.equal(before);
    });

    it('takes what an allowed page, its own page and no page at all send', async () => {
      const own = new URL(api.url).origin;
      for (const headers of [{ origin: PAGE }, { origin: own }, {}]) {
        expect((await api.post('/register', REGISTRATION, headers)).status).to.equal(200);
      }
    });

    it('answers under no name but its own, so that no name can be made to point here', async () => {
      const statusFor = (host: string) =>
        new Promise((resolve, reject) => {
          const sent = request(`${api.url}/contents`, { headers: { host } }, (response) => {
            response.resume();
            resolve(response.statusCode);
          });
          sent.on('error', reject).end();
        });
      expect(await statusFor('evil.example')).to.equal(421);
      expect(await statusFor('evil.example:8000')).to.equal(421);
      expect(await statusFor('localhost:8000')).to.equal(200);
    });
  });

  describe('requests', () => {
    it('have an id, the one given where it is a plain one, also in problems and the log', async () => {
      const given = await api.get('/nowhere', { 'x-request-id': 'trace-1.a' });
      expect(given.headers.get('x-request-id')).to.equal('trace-1.a');
      expect(given.body.request_id).to.equal('trace-1.a');
      const own = await api.get('/nowhere', { 'x-request-id': 'a b\u00e9<script>' });
      expect(own.body.request_id).to.match(/^[0-9a-f-]{36}$/);
      expect(own.headers.get('x-request-id')).to.equal(own.body.request_id);
    });

    it('leave one line in the log, without bodies and queries', async () => {
      await api.post('/register', { secret: 'hunter2' }, { 'x-request-id': 'logged-1' });
      const logged = () => api.logged.filter(({ facts }) => facts.request_id === 'logged-1');
      const lines = await eventually(
        async () => logged(),
        (found) => found.length > 0,
      );
      expect(lines).to.have.length(1);
      expect(lines[0]?.level).to.equal('info');
      expect(lines[0]?.facts).to.include({
        method: 'POST',
        path: '/register',
        route: '/register',
        status: 400,
      });
      expect(JSON.stringify(lines)).to.not.contain('hunter2');
    });

    it('are counted and timed by template, not by path', async () => {
      await api.get('/streams/Qm123');
      const counted = /_count\{method="GET",route="\/streams\/\{cid\}",status="400"\} \d/;
      const metrics = await eventually(
        async () => (await fetch(`${api.url}/metrics`)).text(),
        (text) => counted.test(text),
      );
      expect(metrics).to.match(counted);
      expect(metrics).to.not.contain('Qm123');
      const head = await api.head();
      await api.settled();
      const later = await (await fetch(`${api.url}/metrics`)).text();
      expect(later).to.contain(`chain_head_block ${head}`);
      expect(later).to.contain(`indexer_indexed_block ${head}`);
      expect(later).to.contain(`indexer_verified_block ${head}`);
      expect(later).to.contain('process_resident_memory_bytes');
    });

    it('are answered with security headers', async () => {
      const { headers } = await api.get('/contents');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.contain("default-src 'self'");
      expect(headers.get('cross-origin-resource-policy')).to.equal('cross-origin');
      expect(headers.get('x-powered-by')).to.equal(null);
      expect(headers.get('strict-transport-security')).to.equal(null);
    });
  });
});

describe('CORS_ORIGINS=*', () => {
  const api = useApi({ config: { corsOrigins: ['*'] } });

  it('allows any page, without credentials, writes included', async () => {
    const { status, headers } = await api.post('/register', REGISTRATION, { origin: 'http://any.example' });
    expect(status).to.equal(200);
    expect(headers.get('access-control-allow-origin')).to.equal('*');
    expect(headers.get('access-control-allow-credentials')).to.equal(null);
  });
});

describe('MAX_UPLOAD_BYTES', () => {
  const api = useApi({ config: { maxUploadBytes: 1_000 } });

  it('is the largest file that an upload takes', async () => {
    const before = await api.state();
    const answer = expectProblem(await api.upload('x'.repeat(1_001), UPLOAD), 413, 'file_too_large', 'file');
    expect(answer.max_bytes).to.equal(1_000);
    expect(await api.state()).to.deep.equal(before);
    expect((await api.upload('x'.repeat(1_000), UPLOAD)).status).to.equal(200);
  });
});

describe('a disk that is full', () => {
  it('is 507 for what would be kept, and /readyz says so', async () => {
    const api = await startApi();
    try {
      api.deps.storage.add = async () => await writeFile('/dev/full', 'x').then(() => expect.fail('it fits'));
      api.deps.disk.ping = () => createDisk('/proc').ping();
      const answer = await api.upload('a video', UPLOAD);
      expectProblem(answer, 507, 'storage_full');
      const { status, body } = await api.get('/readyz');
      expect(status).to.equal(503);
      expect((body.parts as Record<string, unknown>).disk).to.include({ state: 'down' });
    } finally {
      await api.stop();
    }
  });
});

describe('a part that is down', () => {
  const api = useApi();

  it('/readyz names it and is 503, /healthz is not concerned; reads are 500 and say nothing of the inside', async () => {
    expect((await api.ready()).status).to.equal(200);
    await api.deps.store.close();
    const { status, body } = await api.get('/readyz');
    expect(status).to.equal(503);
    expect(body.ready).to.equal(false);
    const parts = body.parts as Record<string, { state: string; reason?: string }>;
    expect(parts.store).to.include({ state: 'down', name: 'sqlite' });
    expect(parts.store?.reason).to.be.a('string');
    expect(parts.storage).to.include({ state: 'up' });
    expect((await api.get('/healthz')).body).to.deep.equal({ status: 'ok' });

    const answer = expectProblem(
      await api.get('/contents', { 'x-request-id': 'broken-1' }),
      500,
      'internal_error',
    );
    expect(answer.detail).to.not.match(/sqlite|database/i);
    const failure = api.logged.find(
      ({ level, facts }) => level === 'error' && facts.request_id === 'broken-1',
    );
    expect(String(failure?.facts.err)).to.match(/database/i);
  });
});
