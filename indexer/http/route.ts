import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { CODES, type Code, problem } from './codes.ts';
import { problemSchema } from './schemas/problem.ts';
import { validate } from './validate.ts';

/** One endpoint: what is documented of it and what answers it stand together, so that they can't drift apart. */
export interface Route {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/streams/{cid}`. */
  readonly path: string;
  readonly doc: RouteConfig;
  /** What a 200 holds, where it is JSON. */
  readonly answer: z.ZodType | null;
  readonly handlers: readonly RequestHandler[];
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

export interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
> {
  method: Route['method'];
  path: string;
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** Documents a multipart body, which the handler reads itself. */
  form?: z.ZodType;
  answer: Answer;
  /** Run before the body is read. */
  guards?: readonly RequestHandler[];
  /** Problems of this call beyond those of its fields. */
  problems?: readonly Code[];
  /** Where the answer of 200 may also have another status with the same shape. */
  also?: Record<number, string>;
}

/** What a handler gets: read and checked. */
export interface Input<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  req: Request;
  res: Response;
}

/** A JSON endpoint: the handler gets what the schemas made of the request, and returns what they promise. */
export function route<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject = Nothing,
>(
  spec: RouteSpec<Params, Query, Body, Answer>,
  handle: (
    input: Input<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Answer>> | z.input<Answer>,
): Route {
  const { method, path, params = NOTHING, query = NOTHING, body, answer, guards = [] } = spec;
  const respond: RequestHandler = async (req, res) => {
    const input = {
      params: validate(params, req.params) as z.output<Params>,
      query: validate(query, { ...req.query }) as z.output<Query>,
      body: (body ? validate(body, req.body ?? {}) : {}) as z.output<Body>,
      req,
      res,
    };
    const found = await handle(input);
    res.set('Cache-Control', 'no-store').json(found);
  };
  const handlers = body ? [...guards, requireJson, parseJson, respond] : [...guards, respond];
  return { method, path, doc: documented(spec), answer, handlers };
}

/** An endpoint that is not JSON: documented by hand, answered by the handler itself. */
export function plainRoute(doc: RouteConfig & Pick<Route, 'method'>, handler: RequestHandler): Route {
  const { method, path } = doc;
  return { method, path, doc, answer: null, handlers: [handler] };
}

/** Puts the routes into the app; any other method on their paths is answered 405. */
export function mount(app: Express, routes: readonly Route[]): void {
  for (const { method, path, handlers } of routes) {
    app[method](expressPath(path), named(path), ...handlers);
  }
  for (const [path, methods] of methodsByPath(routes))
    app.all(expressPath(path), named(path), refuse(methods));
}

export const MAX_JSON_BYTES = 64 * 1024;
const parseJson = express.json({ limit: MAX_JSON_BYTES, strict: true });

const requireJson: RequestHandler = (req, _res, next) => {
  // null: there is no body at all, which the schema has its own words for.
  if (req.is('application/json') !== false) return next();
  const type = req.get('Content-Type') ?? 'none';
  const example = 'Content-Type: application/json';
  throw problem('unsupported_media_type', `The body is application/json, not ${type.slice(0, 100)}.`, {
    example,
  });
};

/** The template, not the path, names the route in logs and metrics. */
export function named(template: string): RequestHandler {
  return (_req, res, next) => {
    res.locals.route = template;
    next();
  };
}

function refuse(methods: readonly string[]): RequestHandler {
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return (req, res) => {
    res.setHeader('Allow', allowed.join(', '));
    const detail = `${req.path} takes ${allowed.join(' and ')}, not ${req.method}.`;
    throw problem('method_not_allowed', detail, { example: allowed[0] });
  };
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { method, path } of routes) {
    found.set(path, [...(found.get(path) ?? []), method.toUpperCase()]);
  }
  return found;
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function documented(spec: RouteSpec<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodType>): RouteConfig {
  const { method, path, tag, summary, description, params, query, body, form, answer } = spec;
  const { problems = [], also = {} } = spec;
  const json = { 'application/json': { schema: answer } };
  const others = Object.entries(also).map(([status, meaning]) => [
    status,
    { description: meaning, content: json },
  ]);
  return {
    method,
    path,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { 'application/json': { schema: body } } } }),
      ...(form && { body: { required: true, content: { 'multipart/form-data': { schema: form } } } }),
    },
    responses: {
      200: { description: summary, content: json },
      ...Object.fromEntries(others),
      ...problemResponses([...codesOfFields(params, query, body), ...problems]),
    },
  };
}

/** What an endpoint can answer instead, one entry a status. */
export function problemResponses(codes: readonly Code[]): Record<string, ResponseConfig> {
  const byStatus = new Map<number, Set<Code>>();
  for (const code of codes) {
    const [status] = CODES[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  const entries = [...byStatus].map(([status, found]) => {
    const description = [...found].map((code) => `\`${code}\`: ${CODES[code][1]}`).join('; ');
    return [status, { description, content: { 'application/problem+json': { schema: problemSchema } } }];
  });
  return Object.fromEntries(entries);
}

function codesOfFields(...schemas: (z.ZodObject | undefined)[]): Code[] {
  const hasFields = schemas.some((schema) => schema && Object.keys(schema.shape).length > 0);
  const body: Code[] = schemas[2] ? ['malformed_json', 'body_too_large', 'unsupported_media_type'] : [];
  return hasFields ? ['unknown_field', 'missing_field', 'invalid_field', ...body] : body;
}
