import { lookup as resolveName } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { errorWith } from '../../lib/errors.ts';
import { isPublicAddress, isPublicUrl } from '../../lib/public-url.ts';
import type { Reason } from './rules.ts';

/** An answer, as far as it was asked for. */
export interface Reached {
  status: number;
  header(name: string): string | null;
  bytes: Uint8Array<ArrayBuffer>;
  /** Until the head of the answer. */
  latencyMs: number;
}

export interface Asked {
  headers?: Record<string, string>;
  /** More is not read. */
  maxBytes: number;
  /** What comes behind them is left, in place of being refused. */
  isCut?: boolean;
}

/** Asks an address that a stranger has named. @throws {NotReached} */
export type Reach = (url: string, asked: Asked) => Promise<Reached>;

export class NotReached extends errorWith<{ reason: Reason }>() {}

interface ReachOptions {
  /** Also inside this machine's networks: for a chain of one's own. */
  allowsPrivate: boolean;
  /** For one answer, whole. */
  timeoutMs?: number;
  /** Ends all. */
  signal?: AbortSignal;
  /** How names are resolved. */
  resolve?: typeof resolveName;
}

const TIMEOUT_MS = 10_000;
/** No header of ours is longer. */
const MAX_HEADER_BYTES = 32 * 1024;
/** A piece costs more than the bytes in it: 8 MiB come in 512 bytes each, or larger ones. */
const MAX_PIECES = 16_384;
/** Heads that announce another one (103 Early Hints and the like). */
const MAX_ANNOUNCED = 8;

/**
 * Whoever registers a stream names what this host asks. So it asks by http and https alone, connects to no address that is not of the
 * public internet, whatever a name resolves to at that moment, follows no redirect, sends nothing of its own, and reads no more than it
 * wants to, for so long.
 */
export function createReach({ allowsPrivate, timeoutMs = TIMEOUT_MS, signal, resolve }: ReachOptions): Reach {
  const lookup = allowsPrivate ? undefined : publicLookup(resolve ?? resolveName);
  return async (text, asked) => {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      throw notReached('unreachable', 'It is no http(s) URL.');
    // No name is looked up where an address stands.
    if (!allowsPrivate && !isPublicUrl(url)) throw notPublic(url.hostname);
    const timeout = AbortSignal.timeout(timeoutMs);
    const all = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return await answerOf(url, asked, { lookup, signal: all, allowsPrivate });
  };
}

function publicLookup(resolve: typeof resolveName): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const open = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = open;
      if (first === undefined) return done(notPublic(name), []);
      return options.all ? done(null, open) : done(null, first.address, first.family);
    });
  };
}

interface Limits {
  lookup: LookupFunction | undefined;
  signal: AbortSignal;
  allowsPrivate: boolean;
}

function answerOf(url: URL, asked: Asked, { lookup, signal, allowsPrivate }: Limits): Promise<Reached> {
  const { promise, resolve, reject } = Promise.withResolvers<Reached>();
  const begun = performance.now();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    agent: false,
    headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'stream-host', ...asked.headers },
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
    ...(lookup && { lookup }),
  });
  const fail = (error: Error) => {
    request.destroy();
    reject(failureOf(error, signal));
  };
  request.on('error', fail);
  // Whatever has brought the connection about.
  request.on('socket', (socket) =>
    socket.once('connect', () => {
      const { remoteAddress = '' } = socket;
      if (!allowsPrivate && isIP(remoteAddress) !== 0 && !isPublicAddress(remoteAddress))
        fail(notPublic(url.hostname));
    }),
  );
  let announced = 0;
  request.on('information', () => {
    announced += 1;
    if (announced > MAX_ANNOUNCED) fail(notReached('unreachable', 'It announces answers without end.'));
  });
  // One that switches protocols (101) is closed without an error and without an answer.
  request.on('upgrade', (_, socket) => {
    socket.destroy();
    fail(notReached('unreachable', 'It answers by another protocol.'));
  });
  request.on('response', (response) => {
    const latencyMs = Math.round(performance.now() - begun);
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400)
      return fail(notReached('redirects', 'It leads elsewhere, which nobody follows.'));
    const header = (name: string) => {
      const value = headers[name];
      return value === undefined ? null : String(value);
    };
    const taken = bodyOf(response, asked).then((bytes) => {
      resolve({ status, header, bytes, latencyMs });
      request.destroy();
    });
    taken.catch(fail);
  });
  request.end();
  return promise;
}

/** What comes after `maxBytes` is left, or refused. Rejects where it ends in the middle. */
function bodyOf(
  response: IncomingMessage,
  { maxBytes, isCut = false }: Asked,
): Promise<Uint8Array<ArrayBuffer>> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const pieces: Uint8Array[] = [];
  let held = 0;
  const finish = () => resolve(Uint8Array.from(Buffer.concat(pieces).subarray(0, maxBytes)));
  const tooLarge = (what: string) => reject(notReached('too_large', `It sends more than ${what}.`));
  response.on('data', (piece: Uint8Array) => {
    // A copy: what the piece was cut from may be many times as large.
    pieces.push(new Uint8Array(piece));
    held += piece.length;
    if (pieces.length > MAX_PIECES) tooLarge(`${MAX_PIECES} pieces`);
    else if (held > maxBytes) isCut ? finish() : tooLarge(`${maxBytes} bytes`);
  });
  response.on('end', finish);
  response.on('error', reject);
  response.on('close', () => reject(notReached('unreachable', 'Its answer ended in the middle.')));
  return promise;
}

function failureOf(error: Error, signal: AbortSignal): NotReached {
  if (error instanceof NotReached) return error;
  const late = signal.aborted;
  return late
    ? notReached('timed_out', 'It takes too long.', error)
    : notReached('unreachable', 'It does not answer.', error);
}

function notPublic(name: string): NotReached {
  return notReached('not_public', `${name} is not a host of the public internet.`);
}

function notReached(reason: Reason, why: string, cause?: unknown): NotReached {
  return new NotReached(why, { reason, cause });
}
