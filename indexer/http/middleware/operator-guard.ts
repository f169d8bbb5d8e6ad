import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
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
  const wanted = digest(secret);
  return (req, res, next) => {
    if (req.headers.origin !== undefined) {
      throw problem('origin_not_allowed', "No page makes the operator's calls.", { field: 'Origin' });
    }
    const shown = bearerToken(req);
    if (shown !== undefined && timingSafeEqual(digest(shown), wanted)) {
      res.locals.isOperator = true;
      return next();
    }
    const detail =
      'This is for the operator: send the secret in host.json of DATA_DIR as a Bearer token, or use npm run provide or npm run block.';
    throw problem('operator_only', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="operator"' } });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
