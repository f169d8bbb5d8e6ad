import type { Request, Response } from 'express';
import type { Context } from '../../context.ts';
import { FOR_EVER, foundBelow, namesIn } from '../content-path.ts';
import { sendContent } from '../gateway.ts';
import { missing, refuseServiceWorker } from '../refusals.ts';
import { representationOf, requireFile } from '../representation.ts';
import { sendBlock } from '../trustless/send-block.ts';

/** Where playlists have their keys, which are none of the directory's files. */
const KEYS = 'keys';

interface PlayDirectoryOptions
  extends Pick<Context, 'storage' | 'store' | 'servedCheck' | 'readerLimit' | 'packagedForm' | 'nowSec'> {
  /** Who may have what is sold in the clear: the headers with which it is served. @throws {PlayRefused} */
  admit(): Promise<Record<string, string>>;
}

/**
 * Answers with what stands in a packaged video, as under /ipfs: for everybody and for ever, since it is ciphertext, and
 * what players need to know of it; single blocks of it too. One that is packaged clear and has a price all the same is
 * sold as a file is.
 */
export async function playDirectory(
  req: Request,
  res: Response,
  { cid, path }: { cid: string; path: readonly string[] },
  { storage, store, servedCheck, readerLimit: limit, packagedForm, nowSec, admit }: PlayDirectoryOptions,
): Promise<void> {
  refuseServiceWorker(req);
  res.vary('Accept');
  const { format } = representationOf(req);
  const names = namesIn(path);
  const isHere = names[0] !== KEYS && (await storage.stat(cid))?.kind === 'directory';
  const form = isHere ? await packagedForm(cid) : null;
  if (form === null) {
    throw missing(req, `There is no packaged video ${cid} with "${names.join('/').slice(0, 200)}" here.`);
  }
  const isSold = form === 'clear' && (await store.isSold(cid, nowSec()));
  if (isSold) res.vary('Authorization');
  // A block shows what the CID commits to, before anybody pays; what is sold in the clear is the file itself.
  const isBlock = format === 'raw';
  if (!isBlock) requireFile(req);
  const caching = isSold ? await admit() : { 'Cache-Control': FOR_EVER };
  const found = await foundBelow(req, cid, names, { storage, servedCheck });
  const common = { ...caching, 'Cross-Origin-Resource-Policy': 'cross-origin' };
  const subject = { req, res, found, common, limit, storage };
  if (isBlock) await sendBlock(subject);
  else await sendContent(subject, { cid, names }, { servedCheck });
}
