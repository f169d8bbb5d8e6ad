import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem } from '../problems/codes.ts';
import type { ServerLimits } from './limits.ts';
import { reject } from './reject.ts';

/**
 * Watches the body of a request until it has arrived: one that trickles is answered 408, one that goes on long after
 * its answer is cut off. Time in which this host itself takes no more bytes does not count.
 */
export function enforceBodyTimeout(
  req: IncomingMessage,
  res: ServerResponse,
  { slowestBody: { bytes, windowMs }, lingerMs }: ServerLimits,
): void {
  if (!hasBody(req)) return;
  let before = req.socket.bytesRead;
  let wasHungry = true;
  const pace = setInterval(() => {
    const arrived = req.socket.bytesRead - before;
    if (arrived < bytes && !req.complete && wasHungry && isHungry(req))
      reject(req, res, tooSlow(bytes, windowMs));
    before += arrived;
    wasHungry = isHungry(req);
  }, windowMs);
  let linger: NodeJS.Timeout | undefined;
  res.once('finish', () => {
    if (!req.complete) linger = setTimeout(() => req.destroy(), lingerMs);
  });
  const done = () => {
    clearInterval(pace);
    clearTimeout(linger);
  };
  req.once('end', done);
  req.once('close', done);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether there is room for more: with a full buffer Node reads nothing from the connection. */
function isHungry(req: IncomingMessage): boolean {
  return req.readableLength < req.readableHighWaterMark;
}

function tooSlow(bytes: number, windowMs: number) {
  return problem('request_timeout', `Less than ${bytes} bytes of the body arrived in ${windowMs / 1000} s.`);
}
