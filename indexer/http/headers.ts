import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler, Response } from 'express';

type SetsHeaders = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** The headers that every answer has. */
export interface CommonHeaders {
  /** Sets them, and answers preflights. */
  readonly set: RequestHandler;
  /** The same for an answer that is written in one go: name, value, name, value, … */
  flat(res: Response): string[];
}

/**
 * What `security` and `cors` set depends on the page's origin alone, preflights apart; so it is worked out once for
 * each origin that is allowed, and once for all others.
 */
export function commonHeaders(
  { security, cors }: { security: SetsHeaders; cors: SetsHeaders },
  origins: readonly string[],
): CommonHeaders {
  const others = headersBy([security, cors], undefined);
  const byOrigin = new Map(origins.map((origin) => [origin, headersBy([security, cors], origin)]));
  const known = ({ origin }: IncomingMessage['headers']) =>
    (origin !== undefined && byOrigin.get(origin)) || others;

  return {
    set(req, res, next) {
      res.setHeader('X-Request-Id', res.locals.requestId);
      if (req.method === 'OPTIONS') {
        security(req, res, () => cors(req, res, next));
        return;
      }
      const headers = known(req.headers);
      for (let at = 0; at < headers.length; at += 2) res.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
      next();
    },
    flat: (res) => ['X-Request-Id', res.locals.requestId, ...known(res.req.headers)],
  };
}

function headersBy(handlers: readonly SetsHeaders[], origin: string | undefined): string[] {
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
