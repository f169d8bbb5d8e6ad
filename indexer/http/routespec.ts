import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Code } from './codes.ts';

/** One endpoint: what is documented of it and what answers it stand together, so that they can't drift apart. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/streams/{cid}`. */
  readonly path: string;
  readonly doc: RouteConfig;
  /** What a 200 holds, where it is JSON. */
  readonly answer: z.ZodType | null;
  readonly handlers: readonly RequestHandler[];
}

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
