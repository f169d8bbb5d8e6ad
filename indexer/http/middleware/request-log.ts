import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { AppDeps } from '../deps.ts';
import type { Metrics } from './metrics.ts';

/**
 * Where `pino.destination` writes: stderr, many lines at a time and at least ten times a second. A write for each
 * request would take longer than many an answer.
 */
export const LOG_TO = { dest: 2, sync: false, minLength: 16_000, periodicFlush: 100 };

const PROBES = new Set(['/healthz', '/readyz', '/metrics']);
const REQUEST_ID = /^[\w.-]{1,64}$/;

interface Logged {
  log: AppDeps['log'];
  metrics: Pick<Metrics, 'observe'>;
  config: Pick<AppDeps['config'], 'logReadyAnswers'>;
}

/**
 * Gives each request its id, and when it is over its time in the metrics and a line in the log, without bodies.
 * Responses from the cache have a line only where that is wanted: it costs as much as the answer.
 */
export function requestLog({ log, metrics, config }: Logged): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const given = req.get('X-Request-Id') ?? '';
    res.locals.requestId = REQUEST_ID.test(given) ? given : randomUUID();
    res.on('close', () => {
      const ms = performance.now() - start;
      const status = res.writableFinished ? res.statusCode : 499; // as nginx says: the client left first
      const { route = 'unmatched', isCached = false } = res.locals;
      metrics.observe({ method: req.method, route, status, isCached }, ms / 1000);
      if (isCached && !config.logReadyAnswers) return;
      const facts = { ...requestFacts(req, res), status, ms: Math.round(ms * 10) / 10 };
      if (isProbe(req.path)) log.debug(facts, 'request');
      else log.info(facts, 'request');
    });
    next();
  };
}

/** What names a request in the log. */
export function requestFacts(req: Request, res: Response) {
  const { requestId: request_id, route } = res.locals;
  return { request_id, method: req.method, path: withoutTokens(req.path), route };
}

/**
 * Whoever reads `~TOKEN` of a path under /play may play what another has paid for: also one that a client has encoded
 * once too often, or put elsewhere.
 */
function withoutTokens(path: string): string {
  return path.replaceAll(/(~|%(25)*7e)[^/]*/gi, '~…');
}

/** What watches over this process asks often, and is never turned away. */
export function isProbe(path: string): boolean {
  return PROBES.has(path);
}
