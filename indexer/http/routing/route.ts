import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { messageOf } from '../../lib/errors.ts';
import { ResponseBody } from '../cache/response-body.ts';
import { decodeUtf8, parseObject } from '../middleware/json.ts';
import { problem } from '../problems/codes.ts';
import { filledIn } from './query.ts';
import { documented } from './route-doc.ts';
import type { RouteSpec } from './route-spec.ts';
import { validate } from './validate.ts';

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

/** One endpoint. */
export interface Route {
  readonly method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/streams/{cid}`. */
  readonly path: string;
  readonly doc: RouteConfig;
  /** What a success holds, where it is JSON. */
  readonly answer: z.ZodType | null;
  readonly handlers: readonly RequestHandler[];
}

/** A JSON endpoint. */
export function route<
  Answer extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodObject = Nothing,
  Later extends z.ZodType = z.ZodNever,
>(method: Route['method'], path: string, spec: RouteSpec<Params, Query, Body, Answer, Later>): Route {
  const { params = NOTHING, query = NOTHING, body, answer, guards = [], cache } = spec;
  const respond: RequestHandler = async (req, res) => {
    const input = {
      params: validate(params, req.params) as z.output<Params>,
      query: validate(query, filledIn(req.query, query.shape)) as z.output<Query>,
      body: (body ? validate(body, req.body ?? {}) : {}) as z.output<Body>,
      req,
      res,
    };
    const write = async (before: ResponseBody | null) => {
      const found = await spec.handle({ ...input, before });
      if (found instanceof ResponseBody) return found;
      const untilSec = cache?.untilSec?.(found, input.query);
      return new ResponseBody(Buffer.from(JSON.stringify(found)), null, { untilSec });
    };
    if (cache && !cache.isPersonal?.(input)) {
      const of = { tags: cache.tags(input.params), isTimed: cache.untilSec !== undefined };
      return await cache.responses.send(res, of, write);
    }
    const { body: bytes } = await write(null);
    res.set('Cache-Control', 'no-store').type('json').send(bytes);
  };
  const handlers = body ? [...guards, requireJson, readBytes, parseJson, respond] : [...guards, respond];
  const answers = spec.later ? z.union([answer, spec.later.answer]) : answer;
  return { method, path, doc: { method, path, ...documented(spec) }, answer: answers, handlers };
}

/** An endpoint that is not JSON: documented by hand, answered by the handler itself. */
export function plainRoute(
  doc: RouteConfig & Pick<Route, 'method'>,
  handler: RequestHandler,
  guards: readonly RequestHandler[] = [],
): Route {
  const { method, path } = doc;
  return { method, path, doc, answer: null, handlers: [...guards, handler] };
}

export const MAX_JSON_BYTES = 64 * 1024;
const readBytes = express.raw({ type: 'application/json', limit: MAX_JSON_BYTES });

/** No body at all, and an empty one, are left to the schema, which names what is missing. */
const parseJson: RequestHandler = (req, _res, next) => {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes)) return next();
  req.body = bytes.length === 0 ? undefined : readObject(bytes);
  next();
};

function readObject(bytes: Buffer): object {
  const text = decodeUtf8(bytes);
  if (text === null) throw problem('malformed_json', 'The body is not UTF-8, and so it is no JSON.');
  try {
    return parseObject(text);
  } catch (error) {
    throw problem('malformed_json', `The body is not a JSON object: ${messageOf(error)}.`);
  }
}

const requireJson: RequestHandler = (req, _res, next) => {
  // null: there is no body at all, which the schema has its own words for.
  const type = req.get('Content-Type') ?? 'none';
  const charset = /;\s*charset="?([^\s";]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (req.is('application/json') !== false && /^utf-?8$/i.test(charset)) return next();
  const detail = `The body is application/json in UTF-8, not ${type.slice(0, 100)}.`;
  throw problem('unsupported_media_type', detail, { example: 'Content-Type: application/json' });
};
