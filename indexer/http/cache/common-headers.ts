import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import type { NotedResponse } from '../middleware/request-log.ts';

type HeaderSetter = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** The headers that every answer has. */
export interface CommonHeaders {
  /** Sets them, and answers preflights. */
  readonly set: RequestHandler;
  /** The same for an answer that is written in one go: name, value, name, value, … */
  flat(res: NotedResponse): string[];
}

interface Setters {
  security: HeaderSetter;
  /** For the origins that are allowed, and for no others. */
  cors: HeaderSetter;
  /** For every origin, without credentials: what `isOpen` lets pages elsewhere read. */
  corsForAll: HeaderSetter;
  /** For every origin, with the headers that IPFS gateways name. */
  corsForGateway: HeaderSetter;
  /** For every origin, whether it is allowed elsewhere or not: players are anywhere, and tokens need no credentials. */
  corsForPlay: HeaderSetter;
}

/** Which requests, or the ones that preflights ask for, pages of every origin may make. */
interface ForEveryOrigin {
  /** Reads. */
  isOpen(req: IncomingMessage): boolean;
  isGateway(req: IncomingMessage): boolean;
  isPlay(req: IncomingMessage): boolean;
}

/**
 * What these set depends on the page's origin and on whether the read is open, preflights apart; so it is worked out once
 * for each origin that is allowed, twice for all others, once for /ipfs and once for /play.
 */
export function commonHeaders(
  { security, cors, corsForAll, corsForGateway, corsForPlay }: Setters,
  origins: readonly string[],
  { isOpen, isGateway, isPlay }: ForEveryOrigin,
): CommonHeaders {
  /** Pages that get the same: the headers of their reads, and what answers their preflights. */
  const audience = (setter: HeaderSetter, origin?: string, ...more: HeaderSetter[]) => ({
    cors: setter,
    headers: headersBy([security, setter, ...more], origin),
  });
  const others = audience(cors);
  const everybody = audience(corsForAll, undefined, variesByOrigin);
  const readers = audience(corsForGateway, undefined, variesByOrigin);
  const players = audience(corsForPlay);
  const byOrigin = new Map(origins.map((origin) => [origin, audience(cors, origin)]));
  const audienceOf = (req: IncomingMessage) => {
    if (isPlay(req)) return players;
    const named = byOrigin.get(req.headers.origin ?? '');
    if (named) return named;
    if (isGateway(req)) return readers;
    return isOpen(req) ? everybody : others;
  };

  return {
    set(req, res, next) {
      res.setHeader('X-Request-Id', res.locals.requestId);
      if (req.method === 'OPTIONS') {
        security(req, res, () => audienceOf(req).cors(req, res, next));
        return;
      }
      const { headers } = audienceOf(req);
      for (let at = 0; at < headers.length; at += 2) res.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
      next();
    },
    flat: (res) => ['X-Request-Id', res.locals.requestId, ...audienceOf(res.req).headers],
  };
}

/** Those that are allowed are answered by name, with credentials. */
function variesByOrigin(_req: IncomingMessage, res: ServerResponse, next: () => void): void {
  res.setHeader('Vary', 'Origin');
  next();
}

function headersBy(handlers: readonly HeaderSetter[], origin: string | undefined): string[] {
  const req = new IncomingMessage(new Socket());
  req.method = 'GET';
  if (origin !== undefined) req.headers.origin = origin;
  const res = new RecordingResponse(req);
  for (const handler of handlers) handler(req, res, () => undefined);
  return [...res.set].flat();
}

/** Remembers headers by name as it was written, which Node's own does not tell. */
class RecordingResponse extends ServerResponse {
  readonly set = new Map<string, string>();
  override setHeader(name: string, value: number | string | readonly string[]): this {
    this.set.set(name, String(value));
    return super.setHeader(name, value);
  }
}
