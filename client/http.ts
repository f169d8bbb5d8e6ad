import { ClientError } from './errors.ts';

/** Sends a request: `fetch`, or what stands in its place. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What came: all of it, since a connection can end in the middle. */
export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

const TIMEOUT_MS = 30_000;

/**
 * Asks, or sends an object as JSON. A redirect could lead anywhere, and nobody needs cookies or a referrer.
 * @throws {ClientError} seller_unreachable
 */
export async function ask(
  fetch: Fetch,
  url: string,
  {
    json,
    headers,
    timeoutMs = TIMEOUT_MS,
  }: { json?: object; headers?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Answer> {
  const post = json && { method: 'POST', body: JSON.stringify(json) };
  try {
    const answer = await fetch(url, {
      ...post,
      headers: { accept: '*/*', ...(json && { 'content-type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(timeoutMs),
      ...{ credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' },
    });
    const { status, headers: own } = answer;
    return { status, headers: own, bytes: new Uint8Array(await answer.arrayBuffer()) };
  } catch (cause) {
    throw new ClientError('seller_unreachable', 'It does not answer.', { cause, retryable: true });
  }
}

/** When it may be asked again, where it says so. */
export function retryAfterSecIn(headers: Headers): number | null {
  return Number.parseInt(headers.get('retry-after') ?? '', 10) || null;
}

/** Of JSON; empty where it is none. */
export function fieldsIn(bytes: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
