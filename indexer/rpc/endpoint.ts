import { setTimeout as delay } from 'node:timers/promises';
import { RpcError, type RpcFault } from './errors.ts';

/** One address that takes JSON-RPC by HTTP. */
export interface Endpoint {
  /**
   * @param payload a request, or several.
   * @param name of the method, for errors.
   * @returns what came back, as long as it is JSON-RPC: an answer or a list.
   * @throws {RpcError}, the signal's reason
   */
  post(payload: object, name: string, options: PostOptions): Promise<unknown>;
  /**
   * A text of the endpoint without what its address holds beyond the host, which often is the key of an account, and
   * without the data of calls that it repeats: a wallet's signature stands in some.
   */
  tidy(text: string): string;
}

export interface PostOptions {
  signal?: AbortSignal | undefined;
  /** Sent again where the connection is lost: a node may close an idle one just when it is used. */
  again: boolean;
}

const FAULT_OF_STATUS: Readonly<Record<number, RpcFault>> = {
  408: 'timeout',
  413: 'too-much',
  429: 'rate-limited',
  504: 'timeout',
  524: 'timeout',
};

const LOST: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const PAUSES_MS = [50, 500];
/** Of more than 32 bytes, so no hash; its first four name a function. */
const LONG_HEX = /([0-9a-f]{8})[0-9a-f]{57,}/gi;
/** What is shorter, such as `v3`, is no key. */
const LEAST_SECRET_LENGTH = 6;

export function createEndpoint(address: string, timeoutMs: number): Endpoint {
  const url = new URL(address);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const secrets = secretsIn(url);
  if (url.username || url.password) headers.authorization = basic(url);
  // `fetch` takes no address with credentials.
  [url.username, url.password] = ['', ''];

  async function once(payload: object, name: string, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(payload),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return answerIn(await response.text(), response.status, name, url.host);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof RpcError) throw cause;
      const to = { cause };
      if (timeout.aborted)
        throw new RpcError('timeout', name, `${url.host} gives no answer within ${timeoutMs} ms`, to);
      throw new RpcError('unreachable', name, `${url.host} can't be reached`, to);
    }
  }

  return {
    async post(payload, name, { signal, again }) {
      for (const pauseMs of again ? PAUSES_MS : []) {
        try {
          return await once(payload, name, signal);
        } catch (error) {
          if (!isLost(error)) throw error;
          await delay(pauseMs, undefined, { signal });
        }
      }
      return await once(payload, name, signal);
    },
    tidy: (text) =>
      secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text).replaceAll(LONG_HEX, '$1…'),
  };
}

/** Some nodes put their errors into 4xx and 5xx, proxies in front of them answer pages of HTML. */
function answerIn(text: string, status: number, name: string, host: string): unknown {
  const body = parsed(text);
  const isAnswer = typeof body === 'object' && body !== null && ('result' in body || 'error' in body);
  if (Array.isArray(body) || isAnswer) return body;
  const fault = FAULT_OF_STATUS[status] ?? 'unreachable';
  throw new RpcError(fault, name, `${host} answers HTTP ${status} without JSON-RPC`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isLost(error: unknown): boolean {
  const { cause } = ((error as Error).cause ?? {}) as { cause?: { code?: unknown } };
  return LOST.has(cause?.code);
}

function basic({ username, password }: URL): string {
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(plain).toString('base64')}`;
}

/** The longest first, so that none leaves a part of another. */
function secretsIn({ pathname, search, searchParams, username, password }: URL): string[] {
  const parts = [pathname, search, ...pathname.split('/'), ...searchParams.values(), username, password];
  return parts.filter(({ length }) => length >= LEAST_SECRET_LENGTH).sort((a, b) => b.length - a.length);
}
