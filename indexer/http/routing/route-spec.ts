import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { CachedResponses } from '../cache/cached-responses.ts';
import type { ResponseBody } from '../cache/response-body.ts';
import type { Code } from '../problems/codes.ts';

/** What is documented of an endpoint and what answers it stand together, so that they can't drift apart. */
export interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
  Later extends z.ZodType = z.ZodNever,
> {
  tag: string;
  summary: string;
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The body is a file, which the handler reads itself: an example by its content types. */
  raw?: Readonly<Record<string, string>>;
  /** Problems beyond a session's: the call is the operator's alone. */
  operator?: true;
  /** Documents a multipart body, which the handler reads itself. */
  form?: z.ZodObject;
  /** Content types of the form's parts that are not plain text. */
  formEncoding?: Record<string, { contentType: string }>;
  answer: Answer;
  /** Run before the body is read. */
  guards?: readonly RequestHandler[];
  /** The call needs a wallet that is signed in, and may act for that one only. */
  session?: boolean;
  /** Problems of this call beyond those of its fields. */
  problems?: readonly Code[];
  /** A read whose responses are kept while all that they show is as it was. */
  cache?: CachePolicy<z.output<Params>, z.output<Query>, z.input<Answer> | z.input<Later>> | undefined;
  /** Where the answer of 200 may also have another status with the same shape. */
  also?: Record<number, string>;
  /** What an answer of 202 may hold instead, where the call's work goes on afterwards. */
  later?: { meaning: string; answer: Later };
  /** Gets what the schemas made of the request, and returns what they promise. */
  handle(
    input: Input<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Promise<z.input<Answer> | z.input<Later> | ResponseBody> | z.input<Answer>;
}

export interface CachePolicy<Params, Query, Answer> {
  responses: CachedResponses;
  /** What the answer shows: one of `TAGS` each. */
  tags(params: Params): string[];
  /** Where it depends on the time: when it will be wrong though nothing has changed; undefined: the next second. */
  untilSec?(answer: Answer, query: Query): number | undefined;
  /** Whether the answer shows what is for this client alone: it is made anew, and not kept. */
  isPersonal?(input: { params: Params; req: Request; res: Response }): boolean;
}

/** What a handler gets: read and checked. */
export interface Input<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  /** The response to this before, where responses are kept and its rows are as they were. */
  before: ResponseBody | null;
  req: Request;
  res: Response;
}
