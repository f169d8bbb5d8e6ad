import type { Request, RequestHandler, Response } from 'express';
import type { LiveIndex } from '../live/live.ts';
import type { Feed, FeedEntry, FeedPosition } from '../store/store.ts';
import { type Answer, type AnswerCache, createAnswerCache, type Ingredients } from './answercache.ts';
import type { CommonHeaders } from './headers.ts';
import { isKnownToClient } from './range.ts';
import type { Written } from './written.ts';

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
  store: Feed;
  live: Pick<LiveIndex, 'onChange'>;
  config: { responseCacheBytes: number };
  nowSec(): number;
}

/** What answers are made of. */
export const TAGS = {
  contents: 'contents',
  streams: 'streams',
  views: (by: 'cid' | 'provider' | 'viewer' | 'creator', key: string) => `views ${by} ${key}`,
} as const;

export function createKeptAnswers({ store, live, config, nowSec }: KeptDeps): KeptAnswers {
  const cache = createAnswerCache(config.responseCacheBytes);
  const settle = createSettling(store, cache);
  live.onChange?.(() => cache.drop(TAGS.streams));

  return {
    ready({ headers, isMeant }) {
      return async (req, res, next) => {
        const isRead = req.method === 'GET' || req.method === 'HEAD';
        if (!isRead || !cache.has(req.originalUrl) || !isMeant(req)) return next();
        await settle();
        const answer = cache.find(req.originalUrl, nowSec());
        if (!answer) return next();
        res.locals.route = answer.route;
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
function respond(res: Response, { written: { body }, etag }: Answer, head: string[] = []): void {
  head.push('ETag', etag, 'Cache-Control', 'no-cache');
  if (isKnownToClient(res.req.get('If-None-Match'), etag)) {
    res.writeHead(304, head).end();
    return;
  }
  head.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.length));
  res.writeHead(200, head);
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** Entries of the feed that are read at a time; where more has happened, everything is dropped. */
const PAGE = 500;

/**
 * @returns what resolves when the cache holds nothing that the records contradict. The records themselves are asked,
 *   at each read: whichever process has changed them, and whoever was told of it or not.
 */
function createSettling(store: Feed, cache: AnswerCache): () => Promise<void> {
  let seen = -1;
  let catchingUp: Promise<void> | null = null;
  let look: Promise<FeedPosition> | null = null;

  /** Reads that have arrived in one turn of the event loop share a look: they are older than it, all of them. */
  function end(): Promise<FeedPosition> {
    if (look) return look;
    setImmediate(() => {
      look = null;
    });
    look = store.feedEnd();
    return look;
  }

  async function catchUp(end: number): Promise<void> {
    const entries = seen < 0 ? null : await store.feedAfter(seen, PAGE);
    if (entries === null || entries.length === PAGE) cache.clear();
    else for (const entry of entries) take(entry);
    seen = Math.max(end, entries?.at(-1)?.seq ?? 0);
  }

  function take(entry: FeedEntry): void {
    const tags = tagsOf(entry);
    // A new view leaves the others as they are.
    const forget = entry.event === 'view.recorded' ? cache.outdate : cache.drop;
    if (tags === null) cache.clear();
    else for (const tag of tags) forget(tag);
  }

  return async () => {
    const { seq } = await end();
    while (seen < seq) {
      catchingUp ??= catchUp(seq).finally(() => {
        catchingUp = null;
      });
      await catchingUp;
    }
  };
}

/** The tags of all that shows it; `null` for everything. */
function tagsOf(entry: FeedEntry): string[] | null {
  const kind = entry.event === 'reverted' ? entry.reverted.kind : entry.event.split('.')[0];
  switch (kind) {
    case 'view':
      return viewTags(entry.concerns);
    case 'content':
      return [TAGS.contents];
    case 'stream':
      return [TAGS.streams];
    default:
      return null;
  }
}

function viewTags({ cidKey, creator, provider, viewer }: FeedEntry['concerns']): string[] {
  const by = [
    ['cid', cidKey],
    ['creator', creator],
    ['provider', provider],
    ['viewer', viewer],
  ] as const;
  return by.flatMap(([name, key]) => (key === null ? [] : TAGS.views(name, key)));
}
