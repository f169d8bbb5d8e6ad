import type { Request, Response, Router } from 'express';
import express from 'express';
import { canonicalCid } from '../../lib/cid.ts';
import type { MediaStorage } from '../../media/storage.ts';
import type { ServedCheck } from '../../playback/takedown/served-check.ts';
import { FOR_EVER, findAt, foundBelow, namesIn } from './content-path.ts';
import { type DirectoryAnswer, sendDirectory } from './directory/send-directory.ts';
import { missing, noCid, refuseServiceWorker } from './refusals.ts';
import { queryOf, type Representation, representationOf } from './representation.ts';
import { type FileOptions, sendFile } from './send-file.ts';
import { sendArchive } from './trustless/send-archive.ts';
import { sendBlock } from './trustless/send-block.ts';

export interface GatewayOptions extends Pick<FileOptions, 'nameOf' | 'limit'> {
  storage: MediaStorage;
  /** Rejects with the problem that keeps a canonical CID, which is stored here, from being served. */
  admit?: (cid: string) => Promise<void>;
  /** Asked of what stands at a path: of the CID in the address it is asked before any route. */
  servedCheck?: ServedCheck;
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

/** What a directory has instead of a listing. Like all that could run as a page on this origin, it is sent as bytes. */
const INDEX = 'index.html';
/** `GET` and `HEAD /ipfs/{cid}[/path]`: media as IPFS path and trustless gateways serve it. */
export function gatewayRoutes(options: GatewayOptions): Router {
  const router = express.Router();
  router.get('/ipfs/:cid', (req, res) => answer(req, res, req.params, options));
  router.get('/ipfs/:cid/*path', (req, res) => answer(req, res, req.params, options));
  return router;
}

type Params = { cid: string; path?: string[] };

async function answer(req: Request, res: Response, params: Params, options: GatewayOptions): Promise<void> {
  const { storage, admit } = options;
  refuseServiceWorker(req);
  const { cid: text, path = [] } = params;
  const cid = canonicalCid(text);
  if (cid === null) throw noCid(text);
  res.vary('Accept');
  res.setHeader('X-Ipfs-Path', req.path);
  const representation = representationOf(req);
  if ((await storage.stat(cid)) === null && (await storage.rootsOf(cid)).length === 0) {
    throw missing(req, `The file ${cid} is not stored on this host.`);
  }
  await admit?.(cid);
  const names = namesIn(path);
  const found = await foundBelow(req, cid, names, options);

  res.setHeader('X-Ipfs-Roots', found.roots.join(','));
  const common = {
    'Cache-Control': FOR_EVER,
    // a page elsewhere may show it in its <video>
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ...(representation.isNegotiated && { 'Content-Location': locationOf(req, representation) }),
  };
  const subject = { req, res, found, common, limit: options.limit, storage };
  const { format } = representation;
  if (format === 'raw') await sendBlock(subject);
  else if (format === 'car') await sendArchive({ ...subject, text, names, params: representation.params });
  else await sendContent(subject, { cid, names }, options);
}

/** A file, or a directory: its index.html or a list of what is in it. */
export async function sendContent(
  subject: DirectoryAnswer,
  { cid, names }: { cid: string; names: readonly string[] },
  { nameOf, servedCheck }: Pick<GatewayOptions, 'nameOf' | 'servedCheck'>,
): Promise<void> {
  const { req, found, storage } = subject;
  if (found.kind === 'file') {
    const name = async () => names.at(-1) ?? (await nameOf?.(cid)) ?? null;
    return await sendFile({ ...subject, ...found, name });
  }
  const index = req.path.endsWith('/') ? await findAt(storage, cid, [...names, INDEX]) : null;
  if (index?.kind !== 'file') return await sendDirectory(subject);
  await servedCheck?.(index.cid);
  await sendFile({ ...subject, ...index, cid: found.cid, name: async () => INDEX });
}

/** Where the same answer stands for whoever sends no `Accept`. */
function locationOf(req: Request, { format, params }: Representation): string {
  const own = new URLSearchParams(queryOf(req));
  own.set('format', format);
  for (const name of format === 'car' ? ['version', 'order', 'dups'] : []) {
    const value = params[name];
    if (value !== undefined && !own.has(`car-${name}`)) own.set(`car-${name}`, value);
  }
  own.sort();
  return `${req.path}?${own}`;
}
