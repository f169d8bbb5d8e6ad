import type { Request, Response } from 'express';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { canonicalCid } from '../../lib/cid.ts';
import type { ByteRange, MediaStorage } from '../../media/storage.ts';
import { BlockDamaged } from '../../media/unixfs/verify.ts';
import { problem } from '../problems/codes.ts';
import { unreadable } from '../schemas/fields/text.ts';
import { contentDisposition } from './content-disposition.ts';
import { MAGIC_BYTES, typeOfBytes, typeOfName, UNKNOWN_TYPE } from './content-type.ts';
import { sendBytes } from './pace/send-bytes.ts';
import { type ByteSpan, isKnownToClient, isRangeCurrent, selectRange } from './range.ts';
import type { ReaderLimit } from './reader-limit.ts';
import { missing, noCid, refuseServiceWorker, unsatisfiable } from './refusals.ts';
import { requireFile } from './representation.ts';

type Headers = Readonly<Record<string, string>>;

export interface FileOptions {
  storage: MediaStorage;
  /** The file name that the catalogue knows for a canonical CID, for the content type; `null` when none. */
  nameOf?: (cid: string) => Promise<string | null>;
  /**
   * Who may have a canonical CID that is stored here: the headers with which it is served, or a rejection with the
   * problem that keeps it from being. Asked before anything of the file is told, that it is unchanged too.
   */
  admit: (cid: string) => Promise<Headers>;
  /** Who may read how much at a time. */
  limit?: ReaderLimit | undefined;
}

/** Answers with the file of a CID, or a range of it, or that the client has it. */
export async function serveFile(
  req: Request<{ cid: string }>,
  res: Response,
  { storage, nameOf, admit, limit }: FileOptions,
): Promise<void> {
  refuseServiceWorker(req);
  const cid = canonicalCid(req.params.cid);
  if (cid === null) throw noCid(req.params.cid);
  res.vary('Accept');
  requireFile(req);
  const stat = await storage.stat(cid);
  if (stat?.kind !== 'file') throw missing(req, `The file ${cid} is not stored on this host.`);
  const common = { ...(await admit(cid)), 'Cross-Origin-Resource-Policy': 'cross-origin' };
  const name = async () => (await nameOf?.(cid)) ?? null;
  const { sizeBytes } = stat;
  await sendFile({
    req,
    res,
    common,
    limit,
    cid,
    sizeBytes,
    name,
    read: (range) => storage.read(cid, range),
  });
}

export interface FileAnswer {
  req: Request;
  res: Response;
  /** Headers of the answer, whatever it is. */
  common: Headers;
  limit: ReaderLimit | undefined;
  cid: string;
  sizeBytes: number;
  read(range: ByteRange): AsyncIterable<Uint8Array>;
  /** For the content type. */
  name(): Promise<string | null>;
}

/** A file that its reader may have. */
export async function sendFile({ req, res, common, name, ...file }: FileAnswer): Promise<void> {
  const { cid, sizeBytes, limit, read } = file;
  const headers = () => fileHeaders(req, cid, read, name);
  await sendPart(req, res, { etag: `"${cid}"`, sizeBytes, common, headers, limit, read });
}

export interface Part {
  etag: string;
  sizeBytes: number;
  common: Headers;
  /** Further ones of an answer with bytes. */
  headers(): Promise<Headers>;
  limit: ReaderLimit | undefined;
  read(range: ByteRange): AsyncIterable<Uint8Array>;
}

/** The whole of something, the range of it that was asked for, or that the client has it. */
export async function sendPart(
  req: Request,
  res: Response,
  { etag, sizeBytes, common, headers, limit, read }: Part,
): Promise<void> {
  if (isKnownToClient(req.get('If-None-Match'), etag)) {
    res.writeHead(304, { ...common, ETag: etag }).end();
    return;
  }
  const part = requestedPart(req, etag, sizeBytes);
  if (part === 'unsatisfiable') throw unsatisfiable(res, etag, sizeBytes);
  const isWhole = part === 'whole';
  const span = isWhole ? { start: 0, end: sizeBytes - 1 } : part;
  if (req.method !== 'HEAD') limit?.(req, res);
  const head = {
    ...common,
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    ...(await headers()),
    ...(!isWhole && { 'Content-Range': `bytes ${span.start}-${span.end}/${sizeBytes}` }),
    ...(!(isWhole && isMisledByLength(req)) && { 'Content-Length': span.end - span.start + 1 }),
  };
  const writeHead = () => res.writeHead(isWhole ? 200 : 206, head);
  if (req.method === 'HEAD') writeHead().end();
  else await sendBytes(res, writeHead, read, span);
}

/**
 * VLC 3 reads an encrypted segment while it arrives. Where its length was told, VLC may have the last bytes before it sees
 * that they are the last; then it takes their padding for a part of the video, and ends there. Without a length it sees
 * the end with the bytes.
 */
function isMisledByLength(req: Request): boolean {
  return req.path.endsWith('.m4s') && /\bVLC\/3\./.test(req.get('User-Agent') ?? '');
}

function requestedPart(req: Request, etag: string, sizeBytes: number): ByteSpan | 'whole' | 'unsatisfiable' {
  return isRangeCurrent(req.get('If-Range'), etag) ? selectRange(req.get('Range'), sizeBytes) : 'whole';
}

async function fileHeaders(
  req: Request,
  cid: string,
  read: FileAnswer['read'],
  name: FileAnswer['name'],
): Promise<Headers> {
  const asked = filenameOf(req);
  const isSaved = req.query.download === 'true';
  const type = typeOfName(asked || ((await name()) ?? '')) ?? (await typeOfStart(cid, read));
  return {
    'Content-Type': type,
    ...((asked !== '' || isSaved) && {
      'Content-Disposition': contentDisposition(isSaved ? 'attachment' : 'inline', asked || cid),
    }),
  };
}

/** The name that the client wants it to have, or an empty one. @throws {HttpProblem} 400 `invalid_field` */
export function filenameOf({ query: { filename } }: Request): string {
  const asked = typeof filename === 'string' ? filename : '';
  const why = unreadable(asked);
  if (why !== null) throw problem('invalid_field', `A filename ${why}.`, { field: 'filename' });
  return asked;
}

/** What files are by their first bytes, by CID: right for ever. */
const typesOfStarts = new BoundedMap<string, string>(4_096);

/** A range that is here is served though the start of its file is not. */
async function typeOfStart(cid: string, read: FileAnswer['read']): Promise<string> {
  const known = typesOfStarts.get(cid);
  if (known !== undefined) return known;
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of read({ offset: 0, length: MAGIC_BYTES })) pieces.push(piece);
  } catch (error) {
    if (!(error instanceof BlockDamaged)) throw error;
    return UNKNOWN_TYPE;
  }
  const type = typeOfBytes(Buffer.concat(pieces));
  typesOfStarts.set(cid, type);
  return type;
}
