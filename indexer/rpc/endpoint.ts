import { setTimeout as delay } from 'node:timers/promises';
import { RpcError, type RpcFault } from './errors.ts';

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

/** One address that takes JSON-RPC by HTTP. */
export class Endpoint {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #headers: Record<string, string> = { 'content-type': 'application/json' };
  readonly #secrets: readonly string[];

  constructor(address: string, timeoutMs: number) {
    const url = new URL(address);
    this.#timeoutMs = timeoutMs;
    this.#secrets = secretsIn(url);
    if (url.username || url.password) this.#headers.authorization = basic(url);
    // `fetch` takes no address with credentials.
    [url.username, url.password] = ['', ''];
    this.#url = url;
  }

  /**
   * @param payload a request, or several.
   * @param name of the method, for errors.
   * @returns what came back, as long as it is JSON-RPC: an answer or a list.
   * @throws {RpcError}, the signal's reason
   */
  async post(payload: object, name: string, { signal, again }: PostOptions): Promise<unknown> {
    for (const pauseMs of again ? PAUSES_MS : []) {
      try {
        return await this.#postOnce(payload, name, signal);
      } catch (error) {
        if (!isLost(error)) throw error;
        await delay(pauseMs, undefined, { signal });
      }
    }
    return await this.#postOnce(payload, name, signal);
  }

  /**
   * A text of the endpoint without what its address holds beyond the host, which often is the key of an account, and
   * without the data of calls that it repeats: a wallet's signature stands in some.
   */
  tidy(text: string): string {
    const open = this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return open.replaceAll(LONG_HEX, '$1…');
  }

  async #postOnce(payload: object, name: string, signal?: AbortSignal): Promise<unknown> {
    const { host } = this.#url;
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: this.#headers,
        body: JSON.stringify(payload),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return answerIn(await response.text(), response.status, name, host);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof RpcError) throw cause;
      if (!timeout.aborted) throw new RpcError('unreachable', name, `${host} can't be reached`, { cause });
      const late = `${host} gives no answer within ${this.#timeoutMs} ms`;
      throw new RpcError('timeout', name, late, { cause });
    }
  }
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
