import { useSyncExternalStore } from 'react';
import type { Stream } from '../api/answers.ts';
import type { Granted } from './access.ts';
import { isOfOrigin } from './terms.ts';

const STORED = 'play-tokens';
const listeners = new Set<() => void>();

/** Finds what opens a stream for an account, as long as it is good. */
export type TokenOf = (stream: Stream) => Granted | undefined;

/** Tokens live in this browser until they end: a reload goes on without a signature. */
export function useTokens(account: string | undefined): TokenOf {
  const text = useSyncExternalStore(subscribe, read);
  const all = parse(text);
  return (stream) => {
    const found = account === undefined ? undefined : all[keyOf(stream, account)];
    return found && isGood(found) && isOfOrigin(found.play_url, stream.stream_url) ? found : undefined;
  };
}

export function rememberToken(stream: Stream, account: string, granted: Granted): void {
  const good = Object.entries(parse(read())).filter(([, each]) => isGood(each));
  store({ ...Object.fromEntries(good), [keyOf(stream, account)]: granted });
}

/** The provider does not take it any more; one that came since, in another tab, stays. */
export function forgetToken(stream: Stream, account: string, { token }: Granted): void {
  const { [keyOf(stream, account)]: last, ...rest } = parse(read());
  if (last?.token === token) store(rest);
}

function keyOf(
  { stream_url, contract, content_id, content_distributor_wallet: provider }: Stream,
  account: string,
): string {
  const origin = URL.parse(stream_url)?.origin ?? '';
  return [origin, contract, content_id, account, provider].join(' ').toLowerCase();
}

function isGood({ until_sec }: Granted): boolean {
  return until_sec * 1000 > Date.now();
}

function store(all: Record<string, Granted>): void {
  localStorage.setItem(STORED, JSON.stringify(all));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

function read(): string {
  return localStorage.getItem(STORED) ?? '{}';
}

function parse(text: string): Record<string, Granted> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
