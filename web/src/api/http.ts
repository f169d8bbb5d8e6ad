import type { z } from 'zod/mini';
import { parseJson } from '../lib/json.ts';
import { HostUnreachable } from './errors.ts';
import { parseAnswer } from './parse-answer.ts';

/** Where the host is: the page's own origin, unless the page says otherwise. Without a slash at its end. */
export const HOST = hostOrigin();

const TIMEOUT_MS = 20_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Readonly<Record<string, string | number | undefined>>;
  json?: unknown;
  /** Of a session. */
  token?: string | null;
  signal?: AbortSignal | undefined;
}

/**
 * Asks the host.
 * @throws {HostRefused}, {HostUnreachable}, {HostNotUnderstood}
 */
export async function ask<Answer extends z.ZodMiniType>(
  path: string,
  answer: Answer,
  { method = 'GET', query = {}, json, token = null, signal }: Call = {},
): Promise<z.output<Answer>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(HOST + path + queryText(query), {
    method,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    headers: {
      Accept: 'application/json',
      ...(json !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== null && { Authorization: `Bearer ${token}` }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new HostUnreachable('The host does not answer.', { cause });
  });
  const text = await response.text();
  return parseAnswer(response.status, text, answer);
}

let inside: Readonly<Record<string, unknown>> | undefined;

/**
 * What the host has written into its document, so that it need not be asked.
 * @param path that answers the same
 * @returns undefined where it has not, and in an old document: browsers keep one for who comes back
 */
export function answerInside<Answer extends z.ZodMiniType>(
  path: string,
  answer: Answer,
): z.output<Answer> | undefined {
  inside ??= HOST === '' && isFresh() ? answersInside() : {};
  return answer.safeParse(inside[path]).data;
}

function answersInside(): Readonly<Record<string, unknown>> {
  const answers = parseJson(document.getElementById('answers')?.textContent ?? '');
  return typeof answers === 'object' ? { ...answers } : {};
}

function isFresh(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && navigation.transferSize > 0;
}

function queryText(query: NonNullable<Call['query']>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

function hostOrigin(): string {
  const origin = document.querySelector<HTMLMetaElement>('meta[name="stream-host"]')?.content ?? '';
  return origin.replace(/\/+$/, '');
}
