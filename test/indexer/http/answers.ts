import { expect } from 'chai';
import { type AppDeps, routesOf } from '../../../indexer/http/app.ts';
import { createContext } from '../../../indexer/http/context.ts';
import { CODES, type Code } from '../../../indexer/http/problems/codes.ts';
import { problemSchema } from '../../../indexer/http/schemas/problem.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // What the tests look into, with chai to say what is there.
  body: Record<string, unknown>;
}

type Headed = Record<string, string>;

/** What any endpoint can answer, and none documents for itself. */
const ANYWHERE = new Set([
  'storage_full',
  'too_many_connections',
  'malformed_path',
  'origin_not_allowed',
  'host_not_allowed',
  'internal_error',
  'unavailable',
  'rate_limited',
]);

/** Calls a host at `url`, and holds each answer against the documentation. */
export function createClient(url: string, deps: AppDeps) {
  const routes = routesOf(createContext(deps)).map((route) => ({
    ...route,
    name: `${route.method.toUpperCase()} ${route.path}`,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  type Route = (typeof routes)[number];
  /** Endpoints that answered 200 with what they promise. */
  const answered = new Set<string>();

  /** A call whose answer must be what the documentation promises, whatever it is. */
  async function call(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(url + path, { method, ...init });
    const text = await response.text();
    // HEAD, and what is answered by headers alone.
    const body = (text === '' ? {} : JSON.parse(text)) as Answer['body'];
    const { status, headers } = response;
    const { pathname } = new URL(path, url);
    const route = routes.find((each) => each.method === method.toLowerCase() && each.pattern.test(pathname));
    if (status >= 400 && headers.get('content-type')?.startsWith('application/problem+json')) {
      if (text !== '') expectDocumented(route, status, body);
    } else {
      route?.answer?.parse(body);
      if (route?.answer) answered.add(route.name);
    }
    return { status, headers, body };
  }

  function expectDocumented(route: Route | undefined, status: number, body: Answer['body']): void {
    problemSchema.parse(body);
    const code = String(body.code);
    expect(CODES[code as Code]?.[0], `${code} belongs to another status`).to.equal(status);
    if (!route || ANYWHERE.has(code)) return;
    expect(route.doc.responses[status], `${route.name} does not document it`)
      .to.have.property('description')
      .that.contains(`\`${code}\``);
  }

  const send = (method: string, path: string, json: unknown, headers: Headed = {}) =>
    call(method, path, {
      body: typeof json === 'string' ? json : JSON.stringify(json),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const uploadTo =
    (path: '/upload-content' | '/upload-content-web3') =>
    (content: string | Uint8Array<ArrayBuffer>, meta: unknown, headers: Headed = {}) => {
      const form = new FormData();
      form.set('file', new Blob([content]), 'video.mp4');
      form.set('json_data', typeof meta === 'string' ? meta : JSON.stringify(meta));
      return call('POST', path, { body: form, headers });
    };
  return {
    routes,
    answered,
    call,
    send,
    get: (path: string, headers: Headed = {}) => call('GET', path, { headers }),
    post: (path: string, json: unknown, headers: Headed = {}) => send('POST', path, json, headers),
    upload: uploadTo('/upload-content'),
    uploadOnChain: uploadTo('/upload-content-web3'),
    /** Takes a creator's file away. */
    remove: (cid: string, creator: string, headers: Headed = {}) =>
      send('DELETE', `/media/${cid}`, { content_creator_wallet: creator }, headers),
  };
}
