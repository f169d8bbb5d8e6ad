import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** The address can't be listened on; the message says which variable to look at. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly variable: 'PORT' | 'HOST';
  constructor(variable: CannotListen['variable'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.variable = variable;
  }
}

export interface RunningServer {
  readonly url: string;
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** Takes no more connections, lets what is under way end for a second, then cuts it off. */
  close(): Promise<void>;
}

/** An upload of the largest file over a slow line takes hours; a client that sends nothing is let go of sooner. */
const LONGEST_REQUEST_MS = 6 * 3_600_000;
const HEADERS_MS = 30_000;
const SILENCE_MS = 120_000;

const GRACE_MS = 1_000;
const SWEEP_MS = 25;

/** @throws {CannotListen} */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer({ requestTimeout: LONGEST_REQUEST_MS, headersTimeout: HEADERS_MS }, app);
  server.timeout = SILENCE_MS;
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
      closed ??= close(server);
      return closed;
    },
  };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that is kept alive for a next request is idle, and so closed, as soon as its answer is out.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

function cannotListen(cause: unknown, host: string, port: number): CannotListen | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const because = { cause };
  switch (code) {
    case 'EADDRINUSE':
      return new CannotListen('PORT', `Port ${port} on ${host} is taken: set PORT to a free one.`, because);
    case 'EACCES':
      return new CannotListen('PORT', `Port ${port} needs more rights: set PORT to one above 1023.`, because);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CannotListen(
        'HOST',
        `This machine has no address ${host}: set HOST to one it has.`,
        because,
      );
    default:
      return undefined;
  }
}
