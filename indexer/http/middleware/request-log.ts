import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from 'express';
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

/** An answer with what is noted of it, before Express has it and afterwards. */
export type NotedResponse = ServerResponse & Pick<Response, 'locals'>;

/**
 * Gives each request its id, and when it is over its time in the metrics and a line in the log, without bodies.
 * Responses from the cache have a line only where that is wanted: it costs as much as the answer.
 * @returns the response, noted
 */
export function requestLog({ log, metrics, config }: Logged) {
  return (req: IncomingMessage, response: ServerResponse): NotedResponse => {
    const start = performance.now();
    const res = Object.assign(response, { locals: { requestId: requestIdOf(req) } as Response['locals'] });
    res.on('close', () => {
      const ms = performance.now() - start;
      const status = res.writableFinished ? res.statusCode : 499; // as nginx says: the client left first
      const { route = 'unmatched', isCached = false } = res.locals;
      metrics.observe({ method: req.method ?? '', route, status, isCached }, ms / 1000);
      if (isCached && !config.logReadyAnswers) return;
      const facts = { ...requestFacts(req, res), status, ms: Math.round(ms * 10) / 10 };
      if (isProbe(pathOf(req))) log.debug(facts, 'request');
      else log.info(facts, 'request');
    });
    return res;
  };
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** What names a request in the log. */
export function requestFacts(req: IncomingMessage, { locals }: NotedResponse) {
  const { requestId: request_id, route } = locals;
  return { request_id, method: req.method, path: withoutTokens(pathOf(req)), route };
}

/** As Express tells it where it has the request, and elsewhere, where answers are ready. */
function pathOf(req: IncomingMessage & { path?: string }): string {
  return req.path ?? String(req.url).replace(/\?.*/, '');
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
