import type { Request, RequestHandler, Response } from 'express';
import type { LiveIndex } from '../../live/live.ts';
import type { Feed } from '../../store/store.ts';
import type { ChainFacts } from '../deps.ts';
import { isKnownToClient } from '../gateway/range.ts';
import type { CommonHeaders } from './common-headers.ts';
import { createSettling, TAGS } from './invalidation.ts';
import type { Written } from './response-body.ts';
import { type Answer, createAnswerCache, type Ingredients } from './response-cache.ts';

/** Answers to reads, kept until something that they show has changed: what is sent is never stale. */
export interface KeptAnswers {
  /** Sends the kept answer to this very URL, with all the headers that it would have, or passes on. */
  ready(front: Front): RequestHandler;
  /** Makes the answer, keeps it and sends it. */
  send(
    res: Response,
    of: Omit<Ingredients, 'route'>,
    write: (before: Written | null) => Promise<Written>,
  ): Promise<void>;
  /** Whether changes of the live index are known here, so that answers from it can be kept. */
  readonly knowsStreams: boolean;
}

/** What stands between a request and its answer, for answers that skip it. */
interface Front {
  headers: Pick<CommonHeaders, 'flat'>;
  /** Whether the request would get through to its route. */
  isMeant(req: Request): boolean;
}

interface KeptDeps {
  chain: Pick<ChainFacts, 'onIndexed'>;
  store: Feed;
  live: Pick<LiveIndex, 'onChange'>;
  config: { responseCacheBytes: number };
  nowSec(): number;
}

export function createKeptAnswers({ store, live, chain, config, nowSec }: KeptDeps): KeptAnswers {
  const cache = createAnswerCache(config.responseCacheBytes);
  const settle = createSettling(store, cache);
  live.onChange?.((changed) => {
    if (changed === null) return cache.drop(TAGS.streams);
    if (changed.length > 0) cache.drop(TAGS.allStreams);
    for (const { cidKey, provider } of changed) {
      cache.drop(TAGS.streamsOf(cidKey));
      cache.drop(TAGS.streamsBy(provider.toLowerCase()));
    }
  });
  // As blocks are indexed, so that nobody who asks after a quiet time has to wait for all that has come since.
  chain.onIndexed(() => void settle().catch(() => undefined));

  return {
    ready({ headers, isMeant }) {
      return async (req, res, next) => {
        const isRead = req.method === 'GET' || req.method === 'HEAD';
        if (!isRead || !cache.has(req.originalUrl) || !isMeant(req)) return next();
        await settle();
        const answer = cache.find(req.originalUrl, nowSec());
        if (!answer) return next();
        res.locals.route = answer.route;
        res.locals.isReady = true;
        respond(res, answer, headers.flat(res));
      };
    },
    async send(res, of, write) {
      await settle();
      const { route } = res.locals;
      respond(res, await cache.make(res.req.originalUrl, { ...of, route }, write));
    },
    knowsStreams: live.onChange !== undefined,
  };
}

/** Clients may keep it, but ask each time whether it still holds. */
function respond(res: Response, { written: { body, link }, etag }: Answer, head: string[] = []): void {
  if (link !== undefined) head.push('Link', link);
  head.push('ETag', etag, 'Cache-Control', 'no-cache');
  if (isKnownToClient(res.req.get('If-None-Match'), etag)) {
    res.writeHead(304, head).end();
    return;
  }
  head.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.length));
  res.writeHead(200, head);
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
