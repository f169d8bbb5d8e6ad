import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { PROBLEM_TYPE, problemBody } from '../problems/problem-json.ts';
import type { ServerLimits } from './limits.ts';

/** Ends a request before or beside the app, as a problem of the same shape; the connection goes with it. */
export function reject(req: IncomingMessage, res: ServerResponse, found: HttpProblem): void {
  if (res.headersSent) {
    req.destroy();
    return;
  }
  const [head, body] = closingAnswer(found, String(res.getHeader('X-Request-Id') ?? randomUUID()));
  res.writeHead(found.status, head).end(body, () => req.destroy());
}

/**
 * Answers what never became a request: headers that are too large or too slow, bytes that are no HTTP.
 * @param hasAnswer whether an answer has begun on this connection, which another one must not follow.
 */
export function rejectBytes(
  error: Error & { code?: string },
  socket: Duplex,
  hasAnswer: boolean,
  limits: ServerLimits,
): void {
  if (!socket.writable || hasAnswer || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const found = bytesProblem(error, limits);
  const [head, body] = closingAnswer(found, randomUUID());
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${found.status} ${STATUS_CODES[found.status]}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}

function bytesProblem({ code = '' }: { code?: string }, { maxHeaderBytes }: ServerLimits): HttpProblem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('headers_too_large', `The headers are larger than ${maxHeaderBytes} bytes.`);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('request_timeout', 'The request did not arrive in time.');
    default:
      return problem('malformed_request', 'What was sent is not HTTP/1.1.');
  }
}

function closingAnswer(
  found: HttpProblem,
  requestId: string,
): [head: Record<string, string | number>, body: string] {
  const body = problemBody(found, { requestId, field: found.field });
  const head = {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  return [head, body];
}
