import { once } from 'node:events';
import type { Request, Response } from 'express';
import type { ListedMedia, MediaStorage } from '../../../media/storage.ts';
import { listDirectory } from '../../../media/unixfs/directory-read.ts';
import { blocksOf } from '../../../media/unixfs/storage-blocks.ts';
import { escaped } from '../../serialize/html.ts';
import type { Found } from '../content-path.ts';
import { isKnownToClient } from '../range.ts';
import type { ReaderLimit } from '../reader-limit.ts';
import { queryOf } from '../representation.ts';
import { PAGE_END, PAGE_POLICY, pageEntry, pageHead } from './page.ts';

export interface DirectoryAnswer {
  req: Request;
  res: Response;
  found: Found;
  common: Readonly<Record<string, string>>;
  limit: ReaderLimit | undefined;
  storage: MediaStorage;
}

/** It is made by this program, not by the CID: it may look otherwise in a week. */
const A_WEEK = 'public, max-age=604800, stale-while-revalidate=2678400';
/** Of how the page looks. */
const PAGE_VERSION = '1';

/** A directory as a page that lists it, at the address with a slash at its end. */
export async function sendDirectory(answer: DirectoryAnswer): Promise<void> {
  const { req, res, found, common, limit } = answer;
  if (!req.path.endsWith('/')) return redirect(answer);
  const etag = `"DirIndex-${PAGE_VERSION}_CID-${found.cid}"`;
  const head = { ...common, 'Cache-Control': A_WEEK, ETag: etag };
  if (isKnownToClient(req.get('If-None-Match'), etag)) {
    res.writeHead(304, head).end();
    return;
  }
  const writeHead = () =>
    res.writeHead(200, {
      ...head,
      'Content-Type': 'text/html; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': PAGE_POLICY,
    });
  if (req.method === 'HEAD') {
    writeHead().end();
    return;
  }
  limit?.(req, res);
  await writePage(answer, writeHead);
}

async function writePage(
  { req, res, found, storage }: DirectoryAnswer,
  writeHead: () => void,
): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  try {
    for await (const entry of entriesOf(storage, found)) {
      if (!res.headersSent) begin(req, res, writeHead);
      if (!res.write(pageEntry(entry, req.path))) await once(res, 'drain', gone);
    }
    if (!res.headersSent) begin(req, res, writeHead);
    res.end(PAGE_END);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (res.headersSent) res.destroy();
    throw error;
  }
}

function begin(req: Request, res: Response, writeHead: () => void): void {
  writeHead();
  res.write(pageHead(decodeURIComponent(req.path)));
}

function entriesOf(storage: MediaStorage, { root }: Found): AsyncIterable<ListedMedia> {
  return listDirectory(blocksOf(storage), root);
}

function redirect({ req, res, common }: DirectoryAnswer): void {
  const to = `${req.path}/${queryOf(req)}`;
  const { 'Cache-Control': _, ...headers } = common;
  res.writeHead(301, { ...headers, Location: to, 'Content-Type': 'text/html; charset=utf-8' });
  res.end(req.method === 'HEAD' ? undefined : `<a href="${escaped(to)}">Moved Permanently</a>.\n\n`);
}
