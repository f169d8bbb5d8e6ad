import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { problem } from '../problems/codes.ts';
import { bearerToken } from './session.ts';

export const OFFER_PATH = '/offers';
export const TAKEDOWN_PATH = '/takedowns';
/** Under these stand the operator's calls. */
export const OPERATOR_PATHS = [OFFER_PATH, TAKEDOWN_PATH];

/**
 * Lets whoever shows the host's secret through: it is in a file of DATA_DIR that only its owner reads. No page calls
 * these paths, of whatever origin: not even a preflight is answered.
 */
export function operatorGuard(secret: string): RequestHandler {
  const isOperator = showsSecret(secret);
  return (req, res, next) => {
    if (req.headers.origin !== undefined) {
      throw problem('origin_not_allowed', "No page makes the operator's calls.", { field: 'Origin' });
    }
    if (isOperator(req)) {
      res.locals.isOperator = true;
      return next();
    }
    const detail =
      'This is for the operator: send the secret in host.json of DATA_DIR as a Bearer token, or use npm run provide or npm run block.';
    throw problem('operator_only', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="operator"' } });
  };
}

/** Whether a request shows the host's secret. */
export function showsSecret(secret: string): (req: Pick<Request, 'headers'>) => boolean {
  const wanted = digest(secret);
  return (req) => {
    const shown = bearerToken(req);
    return shown !== undefined && timingSafeEqual(digest(shown), wanted);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
