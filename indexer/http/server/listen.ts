import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorWith } from '../../lib/errors.ts';
import { isProbe } from '../middleware/request-log.ts';
import { problem } from '../problems/codes.ts';
import type { HttpProblem } from '../problems/http-problem.ts';
import { createArrivals } from './arrivals.ts';
import { enforceBodyTimeout } from './body-timeout.ts';
import { createConnections, PROBE_CONNECTIONS } from './connections.ts';
import { SERVER_LIMITS, type ServerLimits } from './limits.ts';
import { reject, rejectBytes } from './reject.ts';

/** The address can't be listened on; the message says which variable to look at. */
export class CannotListen extends errorWith<{ variable: 'PORT' | 'HOST' }>() {}

export interface RunningServer {
  readonly url: string;
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** Takes no more connections, lets what is under way go on for `stopGraceSec`, then cuts it off. */
  close(): Promise<void>;
}

const SWEEP_MS = 25;
/** How often Node looks for requests that take too long. */
const CHECK_MS = 5_000;

/** @throws {CannotListen} */
export async function listen(
  app: RequestListener,
  { host, port, stopGraceSec = 1 }: { host: string; port: number; stopGraceSec?: number },
  limits: Partial<ServerLimits> = {},
): Promise<RunningServer> {
  const server = limitedServer(app, { ...SERVER_LIMITS, ...limits });
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw cannotListen(cause, host, port) ?? cause;
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') ? `[${host}]` : host;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${name}:${bound}`,
    port: bound,
    close: () => {
      closed ??= close(server, stopGraceSec * 1_000);
      return closed;
    },
  };
}

function limitedServer(app: RequestListener, limits: ServerLimits): Server {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const connections = createConnections(limits);
  const arrivals = createArrivals(limits.gatherMs, limits.begunPerTurn);
  const forProbes = new WeakSet<Duplex>();
  const { headersMs, requestMs, maxHeaderBytes, maxHeaders } = limits;
  const options = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headersMs, CHECK_MS),
    maxHeaderSize: maxHeaderBytes,
  };
  const server = createServer(options, (req, res) => {
    answers.set(req.socket, res);
    if (req.rawHeaders.length > 2 * maxHeaders) {
      return reject(req, res, problem('headers_too_large', `There are more than ${maxHeaders} headers.`));
    }
    if (forProbes.has(req.socket)) {
      if (!isProbe(req.url ?? '')) return reject(req, res, tooManyConnections(limits));
      res.setHeader('Connection', 'close');
    }
    enforceBodyTimeout(req, res, limits);
    arrivals.answer(res, () => app(req, res));
  });
  // Node drops those above its own limit without a word: let one more in, to see that there are too many.
  server.maxHeadersCount = maxHeaders + 1;
  server.maxConnections = limits.maxConnections + PROBE_CONNECTIONS;
  server.timeout = limits.silenceMs;
  server.on('connection', (socket) => {
    arrivals.came();
    const admitted = connections.admit(socket);
    if (admitted === 'none') socket.destroy();
    if (admitted !== 'probes') return;
    forProbes.add(socket);
    socket.setTimeout(limits.probeSilenceMs);
  });
  server.on('clientError', (error, socket) => {
    const answer = answers.get(socket);
    rejectBytes(error, socket, answer?.headersSent === true && !answer.writableFinished, limits);
  });
  return server;
}

function tooManyConnections({ maxConnectionsPerClient }: ServerLimits): HttpProblem {
  const isLimited = Number.isFinite(maxConnectionsPerClient);
  const ofClient = isLimited ? ` (${maxConnectionsPerClient} of one address)` : '';
  return problem('too_many_connections', `There are as many connections as this host takes${ofClient}.`);
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that is kept alive for a next request is idle, and so closed, as soon as its answer is out.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

function cannotListen(cause: unknown, host: string, port: number): CannotListen | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const of = (variable: CannotListen['variable'], why: string) => new CannotListen(why, { variable, cause });
  switch (code) {
    case 'EADDRINUSE':
      return of('PORT', `Port ${port} on ${host} is taken: set PORT to a free one.`);
    case 'EACCES':
      return of('PORT', `Port ${port} needs more rights: set PORT to one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return of('HOST', `This machine has no address ${host}: set HOST to one it has.`);
    default:
      return undefined;
  }
}
