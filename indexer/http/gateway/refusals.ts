import type { Request, Response } from 'express';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { isOnlyIfCached } from './range.ts';

/** A page's own worker under this path could take over every other file's address. */
export function refuseServiceWorker(req: Request): void {
  if (req.get('Service-Worker')?.trim() !== 'script') return;
  throw problem('service_worker_refused', 'Media is not served as a service worker.');
}

export function noCid(text: string): HttpProblem {
  const example = 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am';
  const detail = `"${text.slice(0, 130)}" is no IPFS CID and no EthStorage address.`;
  return problem('bad_cid', detail, { field: 'cid', example });
}

export function missing(req: Request, detail: string, field = 'cid'): HttpProblem {
  const code = isOnlyIfCached(req.get('Cache-Control')) ? 'not_cached' : 'media_not_found';
  return problem(code, detail, { field });
}

export function unsatisfiable(res: Response, etag: string, sizeBytes: number): HttpProblem {
  res.setHeader('ETag', etag);
  res.setHeader('Content-Range', `bytes */${sizeBytes}`);
  const detail = `It has ${sizeBytes} bytes; no range that was asked for lies within.`;
  return problem('range_not_satisfiable', detail, { field: 'Range', example: 'bytes=0-' });
}
