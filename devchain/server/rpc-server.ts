import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isCode } from '../../indexer/lib/errors.ts';
import { isOwnHost } from '../../indexer/lib/host-header.ts';
import { PortTaken } from '../errors.ts';
import { answerBody } from './batch.ts';
import { forReading, type WritingPages } from './pages.ts';
import type { RpcProvider } from './rpc.ts';

const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** How long a stop waits for requests under way. */
const GRACE_MS = 500;

/** Any page may read this chain: it is a public test chain. Which may write, `pages` knows. */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'POST, OPTIONS',
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Allow-Private-Network': 'true',
  'Access-Control-Max-Age': '600',
};

export interface RpcServer {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `provider` as JSON-RPC over HTTP. Requests wait until `provider` resolves, so that the port is
 * taken (or PortTaken thrown) before a long replay begins.
 */
export async function listenRpc(
  host: string,
  port: number,
  provider: Promise<RpcProvider>,
  pages: Pick<WritingPages, 'include'>,
): Promise<RpcServer> {
  const offered = async (origin: string | undefined) =>
    origin === undefined || pages.include(origin) ? await provider : forReading(await provider, origin);
  const server = createServer((request, response) => {
    handle(request, response, host, () => offered(request.headers.origin)).catch(() => response.destroy());
  });
  await listen(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => close(server),
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw isCode(cause, 'EADDRINUSE') ? new PortTaken({ host, port, cause }) : cause;
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(cut);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  host: string,
  provider: () => Promise<RpcProvider>,
): Promise<void> {
  if (!isOwnHost(request.headers.host, host)) return send(response, 403, 'This name is not served here');
  if (request.method === 'OPTIONS') return send(response, 204);
  if (request.method !== 'POST') return send(response, 405, 'JSON-RPC by POST only');
  const body = await readBody(request);
  if (body === undefined) return send(response, 413, `The body is over ${MAX_BODY_BYTES} bytes`);
  const answer = await answerBody(body, await provider());
  return answer === undefined ? send(response, 204) : send(response, 200, answer, 'application/json');
}

/** The whole body, or undefined as soon as it is over the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body = '', type = 'text/plain'): void {
  const headers = body === '' ? CORS : { ...CORS, 'Content-Type': type };
  response.writeHead(status, headers).end(body);
}
