import { PassThrough, Readable } from 'node:stream';
import { Server, TUS_RESUMABLE } from '@tus/server';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { UploadBusy, UploadLost } from '../../../uploads/errors.ts';
import type { Context } from '../../context.ts';
import { problem } from '../../problems/codes.ts';
import { busy, createTurns } from './turns.ts';
import { TUS_PATH } from './tus-headers.ts';
import { expired, TusStore } from './tus-store.ts';

/** What the library is told of each call. What else it knows it would check, too, such as what proxies add. */
const HEADERS: Record<string, readonly string[]> = {
  POST: ['upload-length', 'upload-metadata', 'content-type', 'content-length'],
  PATCH: ['upload-offset', 'content-type', 'content-length'],
};

/** What a request that has to let go of its upload gets to end by itself. */
const LEAVE_MS = 50;

interface Call {
  req: ExpressRequest;
  res: ExpressResponse;
}

/** @returns carries out a call of the protocol; `id`: of an upload that begins with it. Rejects with what goes wrong, as a problem */
export type TusHandler = (call: Call, id?: string) => Promise<void>;

/** The library behind this host's own checks, answers and errors. */
export function createTus({ config, resumable }: Context): TusHandler {
  const begun = new WeakMap<Request, string>();
  const failures = new WeakMap<Request, unknown>();
  const turns = createTurns();
  const server = new Server({
    path: TUS_PATH,
    datastore: new TusStore(resumable),
    relativeLocation: true,
    maxSize: config.maxUploadBytes,
    lockDrainTimeout: LEAVE_MS,
    locker: ({ method }) => turns(method),
    namingFunction: (request) => begun.get(request) ?? '',
    onResponseError(request, error) {
      failures.set(request, error);
      return undefined;
    },
  });

  return async ({ req, res }, id) => {
    const body = bodyOf(req);
    const request = asRequest(req, body);
    if (id !== undefined) begun.set(request, id);
    try {
      const response = await server.handleWeb(request);
      if (failures.has(request)) throw toProblem(failures.get(request));
      if (!response.ok) throw new Error(`tus answers ${response.status}: ${await response.text()}`);
      if (res.headersSent) return;
      for (const [name, value] of response.headers) if (isOfTus(name)) res.setHeader(name, value);
      res.setHeader('Cache-Control', 'no-store');
      res.status(response.status).end();
    } finally {
      req.unpipe(body);
      body.destroy();
      req.resume(); // a client that is still sending gets to see the answer
    }
  };
}

/** CORS is this host's own. */
function isOfTus(name: string): boolean {
  return !/^(access-control-|content-)/.test(name);
}

/** Ends with an error where the client goes away before the end. */
function bodyOf(req: ExpressRequest): PassThrough {
  const body = new PassThrough();
  body.on('error', () => undefined); // told to who reads it
  req.once('close', () => {
    if (!req.complete) body.destroy(new Error('the client went away before the end'));
  });
  req.once('end', () => req.setTimeout(0)); // the disk may take longer than a client may be silent
  req.pipe(body);
  return body;
}

function asRequest(req: ExpressRequest, body: PassThrough): Request {
  const headers = new Headers({ 'tus-resumable': TUS_RESUMABLE });
  for (const name of HEADERS[req.method] ?? []) {
    const value = req.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  const url = new URL(req.path, 'http://localhost');
  const hasBody = req.method === 'POST' || req.method === 'PATCH';
  const init = { method: req.method, headers, duplex: 'half' as const };
  return new Request(url, { ...init, ...(hasBody && { body: Readable.toWeb(body) as ReadableStream }) });
}

/** What the library throws has a status and a text; all else is an error of this host. */
function toProblem(error: unknown): unknown {
  if (error instanceof UploadLost) return expired();
  if (error instanceof UploadBusy) return busy();
  const status = typeof error === 'object' && error !== null && 'status_code' in error && error.status_code;
  switch (status) {
    case 400:
      return problem('upload_aborted', 'The client went away, or went on by another request.');
    case 409: {
      const detail = 'What is sent does not go on where the upload ends: HEAD says where that is.';
      return problem('upload_offset', detail, { field: 'Upload-Offset' });
    }
    case 410:
      return expired();
    case 413:
      return problem('file_too_large', 'More is sent than Upload-Length has announced.', { field: 'file' });
    default:
      return error;
  }
}
