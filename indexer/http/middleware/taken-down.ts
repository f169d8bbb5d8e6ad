import type { Request, RequestHandler } from 'express';
import { canonicalCid } from '../../lib/cid.ts';
import type { ServedCheck } from '../../playback/takedown/served-check.ts';

/** Where media is read, whatever of it is asked for below: the first that fits names the CID. */
export const MEDIA_PATHS = ['/ipfs/:cid', '/play/~:token/:cid', '/play/:cid'];

/** Nothing of what is taken down is told: not that it is here, nor what it costs. */
export function refuseTakenDown(check: ServedCheck): RequestHandler<{ cid: string }> {
  return async (req: Request<{ cid: string }>, res, next) => {
    const cid = canonicalCid(req.params.cid);
    if (cid !== null) {
      await check(cid).catch((error: unknown) => {
        res.locals.route = req.baseUrl.startsWith('/ipfs') ? '/ipfs/{cid}' : '/play/{cid}';
        throw error;
      });
    }
    next();
  };
}
