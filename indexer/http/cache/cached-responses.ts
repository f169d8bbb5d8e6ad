import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { StreamHealth } from '../../playback/probes/stream-health.ts';
import type { Feed } from '../../store/store.ts';
import type { ChainFacts } from '../deps.ts';
import { isKnownToClient } from '../gateway/range.ts';
import type { NotedResponse } from '../middleware/request-log.ts';
import type { CommonHeaders } from './common-headers.ts';
import { createInvalidation, TAGS } from './invalidation.ts';
import type { ResponseBody } from './response-body.ts';
import { type CachedResponse, ResponseCache } from './response-cache.ts';

/** Responses to reads, kept until something that they show has changed: what is sent is never stale. */
export interface CachedResponses {
  /**
   * Sends the response to this very URL, with all the headers that it would have, or passes on. It needs nothing of
   * Express, for whose layers a short answer would wait longer than it takes.
   */
  serve(front: Front): (req: IncomingMessage, res: NotedResponse, next: () => void) => void;
  /** Makes the response, keeps it and sends it. @param isTimed whether it depends on the time. */
  send(
    res: Response,
    of: { tags: readonly string[]; isTimed?: boolean },
    write: (before: ResponseBody | null) => Promise<ResponseBody>,
  ): Promise<void>;
}

/** What stands between a request and its route, for responses that skip it. */
interface Front {
  headers: Pick<CommonHeaders, 'flat'>;
  /** Whether the request would get through to its route. */
  isMeant(req: IncomingMessage): boolean;
}

interface CachedResponsesDeps {
  chain: Pick<ChainFacts, 'onIndexed'>;
  health: Pick<StreamHealth, 'onChanged'>;
  store: Feed;
  config: { responseCacheBytes: number };
  nowSec(): number;
}

export function createCachedResponses({
  store,
  chain,
  health,
  config,
  nowSec,
}: CachedResponsesDeps): CachedResponses {
  const cache = new ResponseCache(config.responseCacheBytes);
  // No feed tells it: it is of this host alone.
  health.onChanged(({ cidKey, provider }) => {
    for (const tag of [TAGS.allStreams, TAGS.streamsOf(cidKey), TAGS.streamsBy(provider)]) cache.drop(tag);
  });
  const invalidate = createInvalidation(store, cache);
  // As blocks are indexed, so that nobody who asks after a quiet time has to wait for all that has come since.
  chain.onIndexed(() => void invalidate().catch(() => undefined));

  return {
    serve({ headers, isMeant }) {
      return async (req, res, next) => {
        const { method, url = '' } = req;
        const isRead = method === 'GET' || method === 'HEAD';
        if (!isRead || !cache.has(url) || !isMeant(req)) return next();
        // Where the look fails, the route's own look does, too, and that one is answered as a problem.
        const response = await invalidate().then(
          () => cache.find(url, nowSec()),
          () => undefined,
        );
        if (!response) return next();
        res.locals.route = response.route;
        res.locals.isCached = true;
        respond(res, response, headers.flat(res));
      };
    },
    async send(res, { tags, isTimed }, write) {
      await invalidate();
      const { route } = res.locals;
      const of = { route, tags, second: isTimed ? nowSec() : undefined };
      respond(res, await cache.make(res.req.originalUrl, of, write));
    },
  };
}

/** Clients may keep it, but ask each time whether it still holds. */
function respond(
  res: NotedResponse,
  { content: { body, link }, etag }: CachedResponse,
  head: string[] = [],
): void {
  if (link !== undefined) head.push('Link', link);
  head.push('ETag', etag, 'Cache-Control', 'no-cache');
  if (isKnownToClient(res.req.headers['if-none-match'], etag)) {
    res.writeHead(304, head).end();
    return;
  }
  head.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.length));
  res.writeHead(200, head);
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
