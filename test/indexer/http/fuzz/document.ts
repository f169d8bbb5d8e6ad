import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Api } from '../api.ts';

/** A request as it goes out; `path` and `query` hold what belongs into the template. */
export interface Call {
  /** As the document names it: `POST /register`. */
  operation: string;
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  json?: unknown;
  /** The body as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  /** Parts of a multipart form; bytes become a file. */
  form?: Record<string, string | Uint8Array<ArrayBuffer>>;
}

interface Response {
  content?: Record<string, { schema: object }>;
}

export interface Document {
  operations: readonly string[];
  /** Sends the call. @returns its status. @throws an Error that says how the answer breaks the document. */
  send(call: Call): Promise<number>;
}

const STREAM = 'text/event-stream';

/** What `/openapi.json` says, held against what the host does. */
export async function openDocument(api: Api): Promise<Document> {
  const { body } = await api.get('/openapi.json');
  const paths = body.paths as Record<string, Record<string, { responses: Record<string, Response> }>>;
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  formats.default(ajv);
  ajv.addSchema(body, 'openapi');
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(path: string, method: string, status: string, type: string): ValidateFunction {
    const parts = ['paths', path, method, 'responses', status, 'content', type, 'schema'];
    const pointer = parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const known = validators.get(pointer);
    if (known) return known;
    const compiled = ajv.compile({
      $ref: `openapi#/${pointer.replaceAll('{', '%7B').replaceAll('}', '%7D')}`,
    });
    validators.set(pointer, compiled);
    return compiled;
  }

  async function send(call: Call): Promise<number> {
    const [method = '', path = ''] = call.operation.split(' ');
    const operation = paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${call.operation} is not documented`);
    const leaving = new AbortController();
    const answer = await fetch(api.url + target(path, call), {
      ...request(method, call),
      signal: leaving.signal,
    });
    const { status } = answer;
    const documented = operation.responses[status];
    if (status >= 500 || !documented) throw new Error(`answers ${status}: ${await answer.text()}`);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    if (type === STREAM) {
      leaving.abort();
      return status;
    }
    const text = method === 'HEAD' ? '' : await answer.text();
    if (!documented.content) {
      if (text !== '') throw new Error(`answers ${status} with a body where none is documented`);
      return status;
    }
    if (/json/.test(type)) {
      const validate = validatorOf(path, method.toLowerCase(), String(status), type);
      if (!validate(JSON.parse(text))) {
        throw new Error(`answers ${status} with ${text.slice(0, 1_000)}: ${ajv.errorsText(validate.errors)}`);
      }
    }
    return status;
  }

  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return { operations, send };
}

function target(path: string, { params = {}, query = {} }: Call): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => encoded(params[name] ?? ''));
  const search = Object.entries(query).map(([key, value]) => `${encoded(key)}=${encoded(asText(value))}`);
  return search.length === 0 ? filled : `${filled}?${search.join('&')}`;
}

function request(method: string, { headers = {}, json, form, raw }: Call): RequestInit {
  if (raw !== undefined) return { method, headers, body: raw };
  if (form) return { method, headers, body: multipart(form) };
  if (json === undefined) return { method, headers };
  const body = typeof json === 'string' ? json : JSON.stringify(json);
  return { method, headers: { 'content-type': 'application/json', ...headers }, body };
}

function multipart(parts: NonNullable<Call['form']>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    if (typeof value === 'string') form.set(name, value);
    else form.set(name, new Blob([value]), 'video.mp4');
  }
  return form;
}

/** A path segment of dots would be cut away by the client's own URL parser. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
