import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { problem } from './codes.ts';
import { documented } from './routedoc.ts';
import type { Input, Route, RouteSpec } from './routespec.ts';
import { validate } from './validate.ts';
import { Written } from './written.ts';

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

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
  ) => Promise<z.input<Answer> | Written> | z.input<Answer>,
): Route {
  const { method, path, params = NOTHING, query = NOTHING, body, answer, guards = [], keep } = spec;
  const respond: RequestHandler = async (req, res) => {
    const input = {
      params: validate(params, req.params) as z.output<Params>,
      query: validate(query, { ...req.query }) as z.output<Query>,
      body: (body ? validate(body, req.body ?? {}) : {}) as z.output<Body>,
      req,
      res,
    };
    const write = async (before: Written | null) => {
      const found = await handle({ ...input, before });
      return found instanceof Written ? found : written(found, keep?.untilSec?.(found, input.query));
    };
    if (keep) return await keep.answers.send(res, keep.of(input.params), write);
    res
      .set('Cache-Control', 'no-store')
      .type('json')
      .send((await write(null)).body);
  };
  const handlers = body ? [...guards, requireJson, parseJson, respond] : [...guards, respond];
  return { method, path, doc: documented(spec), answer, handlers };
}

/** An endpoint that is not JSON: documented by hand, answered by the handler itself. */
export function plainRoute(doc: RouteConfig & Pick<Route, 'method'>, handler: RequestHandler): Route {
  const { method, path } = doc;
  return { method, path, doc, answer: null, handlers: [handler] };
}

function written(found: unknown, untilSec: number | undefined): Written {
  return new Written(Buffer.from(JSON.stringify(found)), null, untilSec);
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
