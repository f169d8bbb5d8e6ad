import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import { createMemoryCounters } from '../../../indexer/counters/memory.ts';
import { limitWallets } from '../../../indexer/http/middleware/rate-limit.ts';
import type { HttpProblem } from '../../../indexer/http/problems/http-problem.ts';
import { listen } from '../../../indexer/http/server/listen.ts';
import { silent } from '../sync/world.ts';
import { type Api, CID, CREATOR, expectProblem, PROVIDER, startApi, UPLOAD, useApi } from './api.ts';
import { listenTo } from './listener.ts';
import { tusOn } from './tus.ts';

const LIMITS = { reads: 4, writes: 3, uploads: 2 };
const FORWARDED = 'x-forwarded-for';

describe('rate limits', () => {
  let api: Api;
  beforeEach(async () => {
    api = await startApi({ config: { rateLimits: LIMITS, trustedProxies: 1 } });
  });
  afterEach(() => api.stop());

  const readFrom = (ip: string) => api.get('/contents', { [FORWARDED]: ip });
  const writeFrom = (ip: string) => api.post('/register', {}, { [FORWARDED]: ip });
  const statuses = async (times: number, send: () => Promise<{ status: number }>) => {
    const found: number[] = [];
    for (let i = 0; i < times; i += 1) found.push((await send()).status);
    return found;
  };

  it('are counted for each address, reads and writes for themselves', async () => {
    expect(await statuses(5, () => readFrom('192.0.2.1'))).to.deep.equal([200, 200, 200, 200, 429]);
    expect(await statuses(4, () => writeFrom('192.0.2.1'))).to.deep.equal([400, 400, 400, 429]);
    expect(await statuses(1, () => readFrom('192.0.2.2'))).to.deep.equal([200]);
  });

  it('are answered as a problem that says when to go on, readable by pages', async () => {
    await statuses(4, () => readFrom('192.0.2.1'));
    const answer = await api.get('/streams', { [FORWARDED]: '192.0.2.1', origin: 'http://localhost:3000' });
    const body = expectProblem(answer, 429, 'rate_limited');
    expect(body.limit).to.equal(4);
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).to.be.within(1, 60);
    expect(body.retry_after_sec).to.equal(wait);
    expect(answer.headers.get('ratelimit')).to.match(/^"reads-by-address"; r=0; t=\d+$/);
    expect(answer.headers.get('ratelimit-policy')).to.match(/^"reads-by-address"; q=4; w=60; pk=/);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(',');
    expect(exposed).to.include.members(['RateLimit', 'RateLimit-Policy', 'Retry-After']);
  });

  it('are told before they are reached', async () => {
    for (const left of [3, 2]) {
      const { headers } = await readFrom('192.0.2.1'); // the second is kept ready
      expect(headers.get('ratelimit')).to.match(new RegExp(`^"reads-by-address"; r=${left}; t=\\d+$`));
    }
  });

  it('take an IPv6 network for one address, and an IPv4 address in either form for the same', async () => {
    const send = (ip: string) => () => readFrom(ip);
    await statuses(2, send('2001:db8:0:1::1'));
    await statuses(2, send('2001:db8:0:1:ffff::2'));
    expect(await statuses(1, send('2001:db8:0:1:2:3:4:5'))).to.deep.equal([429]);
    expect(await statuses(1, send('2001:db8:0:2::1'))).to.deep.equal([200]);
    await statuses(4, send('192.0.2.1'));
    expect(await statuses(1, send('::ffff:192.0.2.1'))).to.deep.equal([429]);
  });

  it('are not got round by an X-Forwarded-For that the client wrote', async () => {
    let n = 0;
    const forged = () => readFrom(`203.0.113.${n++}, 192.0.2.1`);
    expect(await statuses(5, forged)).to.deep.equal([200, 200, 200, 200, 429]);
  });

  it('are not got round by a proxy that writes the port of each connection', async () => {
    let port = 1_000;
    expect(await statuses(5, () => readFrom(`192.0.2.1:${port++}`))).to.deep.equal([200, 200, 200, 200, 429]);
    await statuses(4, () => readFrom(`[2001:db8::1]:${port++}`));
    expect(await statuses(1, () => readFrom('2001:db8::1'))).to.deep.equal([429]);
  });

  it('are tighter for uploads, and said before the file is read', async () => {
    const send = () => api.upload('a video', UPLOAD);
    expect(await statuses(3, send)).to.deep.equal([200, 200, 429]);
    const before = await api.state();
    expect((await send()).status).to.equal(429);
    expect(await api.state()).to.deep.equal(before);
  });

  it('count an upload in pieces when it begins, and its pieces as any write', async () => {
    const tus = tusOn(api);
    expect(await statuses(3, () => tus.begin(9))).to.deep.equal([201, 201, 429]);
    const piece = () => tus.patch('/uploads/x', 0, 'x', { [FORWARDED]: '192.0.2.8' });
    expect(await statuses(4, piece)).to.deep.equal([404, 404, 404, 429]);
  });

  it('hold for paths that are not there, and for calls that are wrong', async () => {
    const send = () => api.get('/nowhere', { [FORWARDED]: '192.0.2.9' });
    expect(await statuses(5, send)).to.deep.equal([404, 404, 404, 404, 429]);
  });

  it('never turn away who watches over the host', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      for (let i = 0; i < 6; i += 1) {
        const { status, headers } = await fetch(api.url + path);
        expect(status, path).to.equal(200);
        expect(headers.get('ratelimit')).to.equal(null);
      }
    }
  });

  it('do not hold for the operator, who shows the secret', async () => {
    const call = () => api.call('PUT', `/takedowns/${CID}`, { headers: api.asOperator });
    expect(new Set(await statuses(LIMITS.writes + 2, call))).to.deep.equal(new Set([200]));
  });

  it('stand in the documentation of every call that can meet them', async () => {
    const { paths } = (await api.get('/openapi.json')).body as {
      paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
    };
    for (const [path, item] of Object.entries(paths)) {
      for (const { responses } of Object.values(item)) {
        if (['/healthz', '/readyz', '/metrics'].includes(path))
          expect(responses, path).to.not.have.property('429');
        else expect(responses['429']?.description, path).to.contain('`rate_limited`');
      }
    }
  });
});

describe('MAX_CONNECTIONS_PER_ADDRESS behind a proxy', () => {
  it('is how many requests of one client are under way at a time', async () => {
    const api = await startApi({ config: { maxConnectionsPerClient: 2, trustedProxies: 1 } });
    const from = { [FORWARDED]: '192.0.2.1' };
    const listeners = [await listenTo(`${api.url}/events`, from), await listenTo(`${api.url}/events`, from)];
    try {
      const refused = await api.get('/contents', from);
      expectProblem(refused, 429, 'too_many_connections');
      expect(refused.headers.get('retry-after')).to.equal('1');
      expect((await api.get('/healthz', from)).status).to.equal(200);
      expect((await api.get('/contents', { [FORWARDED]: '192.0.2.2' })).status).to.equal(200);
    } finally {
      for (const each of listeners) each.close();
      await api.stop();
    }
  });
});

describe('rate limits, unset', () => {
  const UNSET = { reads: undefined, writes: undefined, uploads: undefined };
  const headersOf = async (remote: boolean) => {
    const api = await startApi({ remote, config: { rateLimits: UNSET } });
    try {
      const read = await api.get('/contents');
      const write = await api.post('/register', {});
      const upload = await api.upload('a video', UPLOAD);
      return [read, write, upload].map(({ headers }) => headers.get('ratelimit-policy'));
    } finally {
      await api.stop();
    }
  };

  it('are none where writes need no signature', async () => {
    expect(await headersOf(false)).to.deep.equal([null, null, null]);
  });

  it('are generous for reads and tight for uploads elsewhere', async () => {
    const quotas = (await headersOf(true)).map((policy) => [...(policy ?? '').matchAll(/q=(\d+)/g)]);
    expect(quotas.map((found) => found.map(([, quota]) => quota))).to.deep.equal([
      ['1200'],
      ['60'],
      ['60', '10'],
    ]);
  });
});

describe('TRUST_PROXY=0', () => {
  const api = useApi({ config: { rateLimits: { reads: 2, writes: 0, uploads: 0 }, trustedProxies: 0 } });

  it('believes no X-Forwarded-For', async () => {
    const seen: number[] = [];
    for (const ip of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      seen.push((await api.get('/contents', { [FORWARDED]: ip })).status);
    }
    expect(seen).to.deep.equal([200, 200, 429]);
    expect(api.logged.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('counts nothing where the limit is 0', async () => {
    const { status, headers } = await api.post('/register', {});
    expect(status).to.equal(400);
    expect(headers.get('ratelimit')).to.equal(null);
  });
});

describe('limitWallets()', () => {
  it('counts the calls of each wallet, in any case, from whatever address; others are not its business', async () => {
    const app = express();
    app.use((req, res, next) => {
      res.locals.wallet = req.get('X-Wallet');
      next();
    });
    const deps = { config: { rateLimits: LIMITS, unsigned: false }, log: silent };
    for (const limit of limitWallets({ ...deps, counters: createMemoryCounters() })) app.use(limit);
    app.get('/', (_req, res) => void res.send('read'));
    const answerProblem: ErrorRequestHandler = (error: HttpProblem, _req, res, _next) => {
      res.status(error.status).send(error.code);
    };
    app.use(answerProblem);
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    const ask = async (wallet?: string) => {
      const answer = await fetch(server.url, { headers: wallet ? { 'x-wallet': wallet } : {} });
      return answer.status;
    };
    try {
      for (let i = 0; i < 4; i += 1) expect(await ask(i % 2 ? CREATOR : CREATOR.toLowerCase())).to.equal(200);
      expect(await ask(CREATOR)).to.equal(429);
      expect(await ask(PROVIDER)).to.equal(200);
      for (let i = 0; i < 6; i += 1) expect(await ask()).to.equal(200);
    } finally {
      await server.close();
    }
  });
});
