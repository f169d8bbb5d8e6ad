import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { isOwnHost } from '../../lib/host-header.ts';
import type { AppDeps } from '../deps.ts';
import { problem } from '../problems/codes.ts';
import { isSigned } from './open-reads.ts';

/**
 * Where writes need no signature, whoever reaches this address may act for any wallet. Pages of other sites reach it
 * too, through the browser of the person at this machine: under a name of their own that points here (its Host
 * header tells), or by a form (its Origin header tells).
 */
export function requireSameOrigin({ config }: AppDeps): RequestHandler {
  const allowed = new Set(config.corsOrigins);
  return (req, _res, next) => {
    const { host, origin } = req.headers;
    if (!isOwnName(req)) {
      const detail = 'This host answers under localhost and IP addresses only.';
      throw problem('host_not_allowed', detail, { example: 'http://localhost' });
    }
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
    // What a wallet has signed acts for nobody else, whatever page brings it.
    if (reads || isSigned(req) || origin === undefined) return next();
    if (!allowed.has('*') && !allowed.has(origin) && !isSame(origin, host)) {
      const detail = `Pages of ${origin.slice(0, 200)} may not write here: add it to CORS_ORIGINS.`;
      throw problem('origin_not_allowed', detail, { field: 'Origin', example: config.corsOrigins[0] });
    }
    next();
  };
}

/** Whether the request came under a name that only this machine answers to. */
export function isOwnName({ headers }: IncomingMessage): boolean {
  return isOwnHost(headers.host, '127.0.0.1');
}

function isSame(origin: string, host: string | undefined): boolean {
  return URL.parse(origin)?.host === host;
}
