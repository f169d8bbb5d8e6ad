import type { Request, Response, Router } from 'express';
import express from 'express';
import { canonicalCid } from '../../lib/cid.ts';
import type { MediaStat, MediaStorage } from '../../media/storage.ts';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { unreadable } from '../schemas/fields/text.ts';
import { contentDisposition } from './content-disposition.ts';
import { MAGIC_BYTES, typeOfBytes, typeOfName } from './content-type.ts';
import { isKnownToClient, isOnlyIfCached, isRangeCurrent, selectRange } from './range.ts';
import type { ReaderLimit } from './reader-limit.ts';
import { requireFile } from './representation.ts';
import { sendBytes } from './send-bytes.ts';

export interface FileOptions {
  storage: MediaStorage;
  /** The file name that the catalogue knows for a canonical CID, for the content type; `null` when none. */
  nameOf?: (cid: string) => Promise<string | null>;
  /**
   * Who may have a canonical CID that is stored here: the headers with which it is served, or a rejection with the
   * problem that keeps it from being. Asked before anything of the file is told, that it is unchanged too.
   */
  admit: (cid: string) => Promise<Readonly<Record<string, string>>>;
  /** Who may read how much at a time. */
  limit?: ReaderLimit;
}

export interface GatewayOptions extends Omit<FileOptions, 'admit'> {
  /** Rejects with the problem that keeps a canonical CID, which is stored here, from being served. */
  admit?: (cid: string) => Promise<void>;
}

/** What a page on another origin may read of an answer, for the app's CORS. */
export const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Content-Length',
  'Content-Range',
  'ETag',
  'X-Ipfs-Path',
  'X-Ipfs-Roots',
];

/** 48 weeks, as IPFS gateways say it: what a CID names never changes. */
const FOR_EVER = 'public, max-age=29030400, immutable';

/** `GET` and `HEAD /ipfs/{cid}`: media by range, as an IPFS path gateway serves them. */
export function gatewayRoutes({ admit, ...options }: GatewayOptions): Router {
  const router = express.Router();
  router.get('/ipfs/:cid', async (req, res) => {
    const headersOf = async (cid: string) => {
      await admit?.(cid);
      return {
        'Cache-Control': FOR_EVER,
        'X-Ipfs-Path': `/ipfs/${encodeURI(req.params.cid)}`,
        'X-Ipfs-Roots': cid,
      };
    };
    await serveFile(req, res, { ...options, admit: headersOf });
  });
  return router;
}

/** Answers with the file of a CID, or a range of it, or that the client has it. */
export async function serveFile(
  req: Request<{ cid: string }>,
  res: Response,
  options: FileOptions,
): Promise<void> {
  refuseServiceWorker(req);
  const cid = canonicalCid(req.params.cid);
  if (cid === null) throw noCid(req.params.cid);
  res.vary('Accept');
  requireFile(req);
  const stat = await options.storage.stat(cid);
  if (stat === null) throw missing(req, cid);

  const etag = `"${cid}"`;
  const common = {
    ...(await options.admit(cid)),
    ETag: etag,
    // a page elsewhere may show it in its <video>
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  if (isKnownToClient(req.get('If-None-Match'), etag)) {
    res.writeHead(304, common).end();
    return;
  }
  const part = requestedPart(req, etag, stat);
  if (part === 'unsatisfiable') throw unsatisfiable(res, etag, stat);
  const isWhole = part === 'whole';
  const span = isWhole ? { start: 0, end: stat.sizeBytes - 1 } : part;
  const ranged = !isWhole && { 'Content-Range': `bytes ${span.start}-${span.end}/${stat.sizeBytes}` };
  if (req.method !== 'HEAD') options.limit?.(req, res);
  const head = { ...common, ...(await fileHeaders(req, cid, options)), ...ranged };
  const writeHead = () =>
    res.writeHead(isWhole ? 200 : 206, { ...head, 'Content-Length': span.end - span.start + 1 });

  if (req.method === 'HEAD') writeHead().end();
  else await sendBytes(res, writeHead, { storage: options.storage, cid }, span);
}

function requestedPart(req: Request, etag: string, { sizeBytes }: MediaStat) {
  return isRangeCurrent(req.get('If-Range'), etag) ? selectRange(req.get('Range'), sizeBytes) : 'whole';
}

async function fileHeaders(req: Request, cid: string, { storage, nameOf }: FileOptions) {
  const asked = typeof req.query.filename === 'string' ? req.query.filename : '';
  const why = unreadable(asked);
  if (why !== null) throw problem('invalid_field', `A filename ${why}.`, { field: 'filename' });
  const isSaved = req.query.download === 'true';
  const type =
    typeOfName(asked || ((await nameOf?.(cid)) ?? '')) ?? typeOfBytes(await firstBytes(storage, cid));
  return {
    'Accept-Ranges': 'bytes',
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    ...((asked !== '' || isSaved) && {
      'Content-Disposition': contentDisposition(isSaved ? 'attachment' : 'inline', asked || cid),
    }),
  };
}

async function firstBytes(storage: MediaStorage, cid: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of storage.read(cid, { offset: 0, length: MAGIC_BYTES })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A page's own worker under this path could take over every other file's address. */
function refuseServiceWorker(req: Request): void {
  if (req.get('Service-Worker')?.trim() !== 'script') return;
  throw problem('service_worker_refused', 'Media is not served as a service worker.');
}

function noCid(text: string): HttpProblem {
  const example = 'bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am';
  const detail = `"${text.slice(0, 130)}" is no IPFS CID and no EthStorage address.`;
  return problem('bad_cid', detail, { field: 'cid', example });
}

function missing(req: Request, cid: string): HttpProblem {
  const code = isOnlyIfCached(req.get('Cache-Control')) ? 'not_cached' : 'media_not_found';
  return problem(code, `The file ${cid} is not stored on this host.`, { field: 'cid' });
}

function unsatisfiable(res: Response, etag: string, { sizeBytes }: MediaStat): HttpProblem {
  res.setHeader('ETag', etag);
  res.setHeader('Content-Range', `bytes */${sizeBytes}`);
  const detail = `The file has ${sizeBytes} bytes; no range that was asked for lies within.`;
  return problem('range_not_satisfiable', detail, { field: 'Range', example: 'bytes=0-' });
}
