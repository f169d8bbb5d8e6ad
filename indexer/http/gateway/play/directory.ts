import type { Request, Response } from 'express';
import { isPackaged } from '../../../media/packaged.ts';
import type { MediaStorage } from '../../../media/storage.ts';
import type { ServedCheck } from '../../../playback/takedown/served-check.ts';
import { FOR_EVER, foundBelow, namesIn } from '../content-path.ts';
import { sendContent } from '../gateway.ts';
import type { ReaderLimit } from '../reader-limit.ts';
import { missing, refuseServiceWorker } from '../refusals.ts';
import { requireFile } from '../representation.ts';

/** Where playlists have their keys, which are none of the directory's files. */
const KEYS = 'keys';

export interface PlayDirectoryOptions {
  storage: MediaStorage;
  servedCheck: ServedCheck;
  limit: ReaderLimit;
}

/**
 * Answers with what stands in a packaged video, as under /ipfs: for everybody and for ever, since it is ciphertext, and
 * what players need to know of it.
 */
export async function playDirectory(
  req: Request,
  res: Response,
  { cid, path }: { cid: string; path: readonly string[] },
  { storage, servedCheck, limit }: PlayDirectoryOptions,
): Promise<void> {
  refuseServiceWorker(req);
  res.vary('Accept');
  requireFile(req);
  const names = namesIn(path);
  const isHere = names[0] !== KEYS && (await storage.stat(cid))?.kind === 'directory';
  if (!isHere || !(await isPackaged(storage, cid))) {
    throw missing(req, `There is no packaged video ${cid} with "${names.join('/').slice(0, 200)}" here.`);
  }
  const found = await foundBelow(req, cid, names, { storage, servedCheck });
  const common = { 'Cache-Control': FOR_EVER, 'Cross-Origin-Resource-Policy': 'cross-origin' };
  await sendContent({ req, res, found, common, limit, storage }, { cid, names }, { servedCheck });
}
