import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'chai';
import { REGISTRATION, useApi, VIEWER } from './api.ts';
import { ENDPOINTS } from './faults.ts';

interface Schema {
  type?: unknown;
  $ref?: string;
  example?: unknown;
  oneOf?: Schema[];
  discriminator?: { propertyName: string; mapping: Record<string, string> };
  properties?: Record<string, Schema>;
}
interface Media {
  schema: Schema;
  example?: unknown;
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';

/** What no schema can say: it depends on bytes of the CID, other fields, the coin, the clock, the calendar. */
const BEYOND_SCHEMAS = new Set([
  'bad_checksum',
  'shares_sum',
  'price_zero',
  'price_decimals',
  'price_too_large',
  'bad_token',
  'timestamp_in_future',
]);
const READ_ONLY_BY_CODE = [
  'one character too many',
  'a short EthStorage address',
  '"2023-02-30T12:00:00Z"',
  '"2023-07-31T25:00:00Z"',
  '"http://user:secret@localhost/"',
  'a share with three decimals',
  'half a character',
  'a name of 257 bytes',
  'a number with 19 decimals',
];

/** What these answer instead of success: nobody can be shown a nonce or a signature that is still good. */
const EXPECTED: Record<string, number> = {
  'POST /auth/sign-in': 401,
  'DELETE /wallets/{wallet}/uploads/{cid}': 404,
  'GET /uploads/{id}': 404,
  'HEAD /uploads/{id}': 404,
  'PATCH /uploads/{id}': 404,
  'DELETE /uploads/{id}': 404,
  'PUT /uploads/{id}/poster': 404,
  'PUT /uploads/{id}/captions/{language}': 404,
  'GET /channels/{id}': 404,
  'POST /channels': 403,
  'POST /channels/{id}/exit': 404,
  'POST /channels/{id}/release': 404,
  'PUT /offers/{cid}': 401,
  'POST /offers/{cid}': 401,
  'DELETE /offers/{cid}': 401,
  'GET /takedowns/{cid}': 401,
  'PUT /takedowns/{cid}': 401,
  'DELETE /takedowns/{cid}': 401,
  // And the creator of the content.
  'GET /contents/{cid}/secret': 401,
  'PUT /contents/{cid}/secret': 401,
  'PUT /offers/{cid}/secret': 401,
  'PUT /offers/{cid}/key-request': 401,
  'GET /contents/{cid}/key-grants': 401,
  // What they show is signed by nobody, and over.
  'PUT /contents/{cid}/key-grants': 404,
  'POST /contents/{cid}/key-requests': 401,
  // And who has a receipt of a provider.
  'POST /streams/{id}/proofs': 404,
  'POST /streams/{id}/look': 404,
  // And who has a session of the provider's wallet.
  'GET /vouchers': 401,
  'POST /vouchers/claim': 401,
  'GET /disk': 401,
  'GET /key-requests': 401,
};

describe('the examples and schemas of /openapi.json', () => {
  const api = useApi();
  let document: {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);

  before(async () => {
    document = (await api.get('/openapi.json')).body as unknown as typeof document;
    ajv.addSchema(document, 'openapi');
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        path,
        method,
        operation,
        name: `${method.toUpperCase()} ${path}`,
      })),
    );
  const pointer = (parts: string[]) =>
    `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
  const validatorAt = (...parts: string[]): ValidateFunction => ajv.compile({ $ref: pointer(parts) });
  const bodyOf = (path: string, method = 'post') =>
    validatorAt('paths', path, method, 'requestBody', 'content', JSON_TYPE, 'schema');

  function request(path: string, { parameters = [], requestBody }: Operation) {
    const shown = (place: string) =>
      parameters.filter((each) => each.in === place && each.schema.example !== undefined);
    const values = new Map(shown('path').map(({ name, schema }) => [name, String(schema.example)]));
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values.get(name) ?? ''));
    const query = new URLSearchParams(
      // A cursor is only good where it came from.
      shown('query').map(({ name, schema }): [string, string] => [name, String(schema.example)]),
    );
    const json = requestBody?.content[JSON_TYPE];
    const form = requestBody?.content[FORM_TYPE];
    const spoken = shown('header').filter((each) => /^(Tus|Upload)-/.test(each.name));
    const headers = Object.fromEntries(spoken.map(({ name, schema }) => [name, String(schema.example)]));
    return { headers, url: query.size > 0 ? `${filled}?${query}` : filled, json, form };
  }

  async function send(name: string, method: string, path: string, operation: Operation): Promise<number> {
    const { url, json, form, headers: spoken } = request(path, operation);
    const session = path.includes('uploads') ? await api.signedIn(1) : {};
    const headers: Record<string, string> = { ...spoken, ...session };
    const init: RequestInit = { method: method.toUpperCase(), headers };
    if (json) {
      expect(json.example, `${name} has no example`).to.be.an('object');
      Object.assign(init, {
        body: JSON.stringify(json.example),
        headers: { ...headers, 'content-type': JSON_TYPE },
      });
    } else if (form) {
      init.body = new FormData();
      const { json_data } = form.example as { json_data: object };
      init.body.set('file', new Blob([name]), 'video.mp4');
      init.body.set('json_data', JSON.stringify(json_data));
    }
    const leaving = new AbortController();
    const answer = await fetch(api.url + url, { ...init, signal: leaving.signal });
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
    const said = isStream || method === 'head' ? '' : await answer.text();
    leaving.abort();
    expect(answer.status, `${name}: ${said}`).to.equal(EXPECTED[name] ?? answer.status);
    if (!EXPECTED[name]) expect(answer.status, `${name} ${url}: ${said}`).to.be.within(200, 299);
    return answer.status;
  }

  it('work: each request is carried out as it is shown', async () => {
    const order = ['POST /register', 'POST /contents', 'POST /api/record-view', 'POST /upload-content'];
    const last = ['PATCH /contents/{cid}', 'POST /deregister', 'DELETE /contents/{cid}'];
    const rank = (name: string) =>
      order.includes(name) ? order.indexOf(name) : last.includes(name) ? 99 + last.indexOf(name) : 50;
    const { cid } = REGISTRATION;
    let ran = 0;
    for (const { name, method, path, operation } of operations().sort(
      (a, b) => rank(a.name) - rank(b.name),
    )) {
      // The media that the examples name is nobody's to upload here, and nobody's to sell.
      if (/^\/(ipfs|play|media|delete-content_web3|docs)/.test(path)) continue;
      await send(name, method, path, operation);
      ran += 1;
    }
    expect(ran).to.be.at.least(30);
    expect((await api.get(`/contents/${cid}`)).status).to.equal(200);
  });

  it('fit their schemas, wherever they stand', () => {
    let found = 0;
    const visit = (value: unknown, at: string[]): void => {
      if (typeof value !== 'object' || value === null) return;
      const schema = value as Schema;
      const isSchema =
        typeof schema.type === 'string' || Array.isArray(schema.type) || 'anyOf' in value || '$ref' in value;
      if (isSchema && schema.example !== undefined && !Array.isArray(value)) {
        const validate = validatorAt(...at);
        found += 1;
        expect(validate(schema.example), `${at.join('/')}: ${ajv.errorsText(validate.errors)}`).to.equal(
          true,
        );
      }
      for (const [key, part] of Object.entries(value)) if (key !== 'example') visit(part, [...at, key]);
    };
    visit(document.paths, ['paths']);
    visit(document.components, ['components']);
    expect(found).to.be.above(300);
    for (const { path, method, operation, name } of operations()) {
      for (const [type, { example }] of Object.entries(operation.requestBody?.content ?? {})) {
        const validate = validatorAt('paths', path, method, 'requestBody', 'content', type, 'schema');
        const whole = type === FORM_TYPE ? { file: 'bytes', ...(example as object) } : example;
        expect(validate(whole), `${name}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
      }
    }
  });

  for (const [path, body, faults] of ENDPOINTS.filter(([each]) => !each.startsWith('/upload'))) {
    it(`refuse by POST ${path}'s schema what its call refuses`, () => {
      const validate = bodyOf(path);
      expect(validate(body), ajv.errorsText(validate.errors)).to.equal(true);
      const tellable = faults.filter(
        ([name, , code]) => !BEYOND_SCHEMAS.has(code) && !READ_ONLY_BY_CODE.includes(name),
      );
      expect(tellable.length).to.be.above(faults.length / 2);
      for (const [name, change] of tellable) {
        const broken = JSON.parse(JSON.stringify({ ...body, ...change }));
        expect(validate(broken), `${path} would take ${name}`).to.equal(false);
      }
    });
  }

  for (const path of ['/upload-content', '/upload-content-web3']) {
    it(`refuse by the schema of json_data what POST ${path} refuses`, () => {
      const [, body, faults] = ENDPOINTS.find(([each]) => each === path) ?? ['', {}, []];
      const validate = validatorAt('paths', path, 'post', 'requestBody', 'content', FORM_TYPE, 'schema');
      const form = (json_data: object) => JSON.parse(JSON.stringify({ file: 'bytes', json_data }));
      expect(validate(form(body)), ajv.errorsText(validate.errors)).to.equal(true);
      for (const [name, change, code] of faults) {
        if (BEYOND_SCHEMAS.has(code) || READ_ONLY_BY_CODE.includes(name)) continue;
        expect(validate(form({ ...body, ...change })), `${path} would take ${name}`).to.equal(false);
      }
    });
  }

  it('take what the calls take', () => {
    const report = { ...ENDPOINTS.find(([path]) => path === '/api/record-view')?.[1] };
    const spellings: [path: string, body: object][] = [
      ['/api/record-view', { ...report, timestamp: 1_690_804_800 }],
      ['/api/record-view', { ...report, timestamp: '1690804800' }],
      ['/api/record-view', { ...report, timestamp: '2023-07-31 12:00:00.123' }],
      ['/api/record-view', { ...report, blockchain_address: VIEWER.toLowerCase() }],
      ['/register', { ...REGISTRATION, cid: `0x${'aB'.repeat(20)}` }],
      ['/register', { ...REGISTRATION, cid: 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR' }],
      ['/register', { ...REGISTRATION, stream_url: 'HTTPS://cdn.example/фильм?b=c#d' }],
      ['/register', { ...REGISTRATION, video_name: '👨‍👩‍👧‍👦 شما می\u200cخواهید' }],
      ['/register', { ...REGISTRATION, price: 1e-7, creator_share: '070.50', provider_share: '29.5' }],
    ];
    for (const [path, body] of spellings) {
      const validate = bodyOf(path);
      expect(validate(body), `${JSON.stringify(body)}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
    }
  });

  it('name every variant of a live event, so that generators of clients keep them', () => {
    const { LiveEvent } = document.components.schemas;
    const variants = LiveEvent?.oneOf?.map(({ $ref }) => $ref) ?? [];
    expect(LiveEvent?.discriminator?.propertyName).to.equal('event');
    expect(variants).to.have.length(12);
    expect(Object.values(LiveEvent?.discriminator?.mapping ?? {})).to.have.members(variants);
    const { data } = document.components.schemas.RevertedEvent?.properties ?? {};
    expect(data?.discriminator?.propertyName).to.equal('kind');
    expect(Object.keys(data?.discriminator?.mapping ?? {})).to.have.members(['view', 'stream', 'content']);
  });
});
