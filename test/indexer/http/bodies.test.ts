import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { type Api, CID, expectProblem, PROVIDER, PUBLICATION, REGISTRATION, UPLOAD, useApi } from './api.ts';

describe('the bytes of a request', () => {
  const api = useApi();
  let untouched: Awaited<ReturnType<Api['state']>>;
  before(async () => {
    untouched = await api.state();
  });

  const register = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    api.call('POST', '/register', { body, headers: { 'content-type': 'application/json', ...headers } });
  const plain = JSON.stringify(REGISTRATION);
  const bytes = (data: Uint8Array) => new Uint8Array(data);
  const uploadOf = (parts: Uint8Array[], headers: Record<string, string> = {}) =>
    api.call('POST', '/upload-content', {
      body: bytes(Buffer.concat(parts)),
      headers: { 'content-type': 'multipart/form-data; boundary=b', ...headers },
    });
  const part = (head: string, content: string | Uint8Array) => [
    Buffer.from(`--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ];
  const form = (json: string | Uint8Array, head = 'name="json_data"') => [
    ...part('name="file"; filename="a.mp4"', 'a video'),
    ...part(head, json),
    Buffer.from('--b--\r\n'),
  ];

  describe('that are compressed', () => {
    const codings: [name: string, compress: (data: string) => Uint8Array][] = [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
      ['zstd', zstdCompressSync],
    ];
    for (const [coding, compress] of codings) {
      const header = { 'content-encoding': coding };
      it(`are refused where they are no ${coding}, or half of it, and nothing changes`, async () => {
        const whole = compress(plain);
        const broken = [Buffer.from('{}'), Buffer.from(plain), whole.subarray(0, whole.length / 2)];
        for (const body of broken) expectProblem(await register(bytes(body), header), 400, 'malformed_body');
        expect(await api.state()).to.deep.equal(untouched);
      });

      it(`are read where they are ${coding}`, async () => {
        const body = compress(JSON.stringify({ ...REGISTRATION, cid: 'Qm123' }));
        expectProblem(await register(bytes(body), header), 400, 'bad_cid', 'cid');
      });
    }

    it('are refused with something behind the end', async () => {
      const body = Buffer.concat([gzipSync(plain), Buffer.from('more')]);
      expectProblem(await register(bytes(body), { 'content-encoding': 'gzip' }), 400, 'malformed_body');
    });

    it('are refused as 415 where nobody knows the coding, and always in an upload', async () => {
      const unknown = { 'content-encoding': 'klingon' };
      expectProblem(await register(plain, unknown), 415, 'unsupported_media_type');
      const header = { 'content-encoding': 'gzip' };
      const whole = Buffer.concat(form(JSON.stringify(UPLOAD)));
      for (const body of [whole, gzipSync(whole)])
        expectProblem(await uploadOf([body], header), 415, 'unsupported_media_type');
    });
  });

  describe('that are no UTF-8', () => {
    const latin1 = (value: object) => Buffer.from(JSON.stringify(value), 'latin1');

    it('are refused in a JSON body', async () => {
      const body = latin1({ ...REGISTRATION, video_name: 'Caf\u00e9' });
      expectProblem(await register(bytes(body)), 400, 'malformed_json');
      const publication = latin1({ ...PUBLICATION, metadata: '\u00e9' });
      const headers = { 'content-type': 'application/json' };
      const answer = await api.call('POST', '/contents', { body: bytes(publication), headers });
      expectProblem(answer, 400, 'malformed_json');
      expect(await api.state()).to.deep.equal(untouched);
    });

    for (const [what, head] of [
      ['as a field', 'name="json_data"'],
      ['with a type', 'name="json_data"\r\nContent-Type: application/json; charset=utf-8'],
      ['as a file', 'name="json_data"; filename="meta.json"\r\nContent-Type: application/json'],
    ] as const) {
      it(`are refused in json_data sent ${what}`, async () => {
        const json = latin1({ ...UPLOAD, video_name: 'Caf\u00e9' });
        expectProblem(await uploadOf(form(json, head)), 400, 'malformed_json', 'json_data');
        expect(await api.state()).to.deep.equal(untouched);
      });
    }

    it('are refused in a query and in a path', async () => {
      expectProblem(await api.get('/contents?search=caf%E9'), 400, 'malformed_query');
      expectProblem(await api.get(`/events?kind=%ff`), 400, 'malformed_query');
      expectProblem(await api.get('/streams/%E9'), 400, 'malformed_path');
      expect((await api.get('/contents?search=caf%C3%A9')).status).to.equal(200);
    });
  });

  it('may begin with a byte order mark, in a body as in json_data', async () => {
    const wrong = (value: object) => `\ufeff${JSON.stringify({ ...value, price: 'cheap' })}`;
    expectProblem(await register(wrong(REGISTRATION)), 400, 'bad_price', 'price');
    expectProblem(await uploadOf(form(wrong(UPLOAD))), 400, 'bad_price', 'price');
  });

  describe('that are a number', () => {
    const inexact = ['0.1234567890123456789', '0.00100000000000000001', '1e999', '100000000000000000000001'];
    const send = {
      '/register': (price: string) => register(plain.replace('0.001', price)),
      '/upload-content': (price: string) => uploadOf(form(JSON.stringify(UPLOAD).replace('0.001', price))),
      '/contents': (price: string) =>
        api.post('/contents', JSON.stringify(PUBLICATION).replace('"0.001"', price)),
    };
    for (const [path, priced] of Object.entries(send)) {
      it(`are refused with more digits than a JSON number keeps: POST ${path}`, async () => {
        for (const price of inexact) {
          const field = path === '/contents' ? 'terms.price' : 'price';
          const { example } = expectProblem(await priced(price), 400, 'inexact_number', field);
          expect(example).to.equal(price);
        }
        expect(await api.state()).to.deep.equal(untouched);
      });
    }

    it('are taken in any spelling of what a JSON number keeps', async () => {
      for (const price of ['0.0010', '1e-3', '1.0E-3', '0.00100000000000000000000000']) {
        expect((await register(plain.replace('0.001', price))).status, price).to.equal(200);
      }
      const { body } = await api.get(`/contents/${CID}`);
      expect((body.contents as { price: string }[]).map(({ price }) => price)).to.deep.equal(['0.001']);
    });
  });

  describe('with very many faults', () => {
    const many = JSON.stringify(
      Object.fromEntries(Array.from({ length: 8_200 }, (_, at) => [at.toString(36), 1])),
    );

    it('are answered with the first twenty and their number', async () => {
      const { body } = await register(many);
      expect(body.code).to.equal('missing_field');
      expect(body.errors).to.have.length(20);
      expect(body.error_count).to.be.above(8_190);
      expect(JSON.stringify(body).length).to.be.below(16_384);
    });

    it('are answered so in json_data and in a query, too', async () => {
      const query = Array.from({ length: 900 }, (_, at) => `k${at}=1`).join('&');
      for (const { body } of [await uploadOf(form(many)), await api.get(`/contents?${query}`)]) {
        expect(body.errors).to.have.length(20);
        expect(body.error_count).to.be.at.least(900);
        expect(JSON.stringify(body).length).to.be.below(16_384);
      }
    });
  });
});

describe('a query', () => {
  const api = useApi();

  it('may leave any optional parameter blank', async () => {
    const { paths } = (await api.get('/openapi.json')).body as { paths: Record<string, { get?: Operation }> };
    const values: Record<string, string> = { cid: CID, wallet: PROVIDER, url: `${api.url}/watch/${CID}` };
    let asked = 0;
    for (const [path, { get: { parameters = [] } = {} }] of Object.entries(paths)) {
      const names = parameters
        .filter((each) => each.in === 'query')
        .map(({ name, required = false }) => `${name}=${required ? (values[name] ?? '') : ''}`);
      if (names.length === 0 || /^\/(ipfs|play)\//.test(path) || path === '/events') continue;
      const { status, body } = await api.get(
        `${path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? '')}?${names.join('&')}`,
        ['/vouchers', '/key-requests'].includes(path) ? api.asOperator : {},
      );
      expect([200, 404], `${path}: ${JSON.stringify(body)}`).to.include(status);
      asked += 1;
    }
    expect(asked).to.be.at.least(12);
    const leaving = new AbortController();
    const events = await fetch(`${api.url}/events?kind=&cid=&wallet=`, { signal: leaving.signal });
    leaving.abort();
    expect(events.status).to.equal(200);
  });

  it('has no unknown parameter, blank ones included', async () => {
    expectProblem(await api.get('/contents?colour='), 400, 'unknown_field', 'colour');
  });
});

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
}
