import { z } from 'zod/mini';
import { createStore, useStore } from '../lib/store.ts';
import { announce } from './changes.ts';
import { changeOf, EVENT_NAMES } from './events.ts';
import { ask, HOST } from './http.ts';

/** The state of the event stream. */
export type ConnectionState = 'connecting' | 'live' | 'lost';

const REOPEN_MS = 3_000;
const connection = createStore<ConnectionState>('connecting');

export function useConnection(): ConnectionState {
  return useStore(connection);
}

/**
 * Listens to the host's events until `signal` aborts. Not while nobody sees the page: a browser has few connections
 * to one host, and pages that lie in the background must not take them all.
 */
export function follow(signal: AbortSignal): void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;

  const open = () => {
    if (signal.aborted || document.hidden || source) return;
    const opened = new EventSource(`${HOST}/events`);
    source = opened;
    opened.onopen = () => {
      connection.set('live');
      // Events between the two streams are lost.
      if (wasOpen) announce();
      wasOpen = true;
    };
    opened.onerror = async () => {
      const isThere = await answers();
      if (source !== opened || opened.readyState === EventSource.OPEN) return;
      connection.set(isThere ? 'connecting' : 'lost');
      // The browser tries again by itself, but not after an answer that is no stream.
      if (opened.readyState === EventSource.CLOSED) reopen();
    };
    for (const name of EVENT_NAMES)
      opened.addEventListener(name, ({ data }) => announce(changeOf(name, data)));
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const reopen = () => {
    close();
    timer = setTimeout(open, REOPEN_MS);
  };
  const onVisibility = () => (document.hidden ? close() : open());

  document.addEventListener('visibilitychange', onVisibility);
  signal.addEventListener('abort', () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  });
  open();
}

/** A host may answer requests and yet have no room for one more event stream. */
async function answers(): Promise<boolean> {
  return await ask('/healthz', z.unknown()).then(
    () => true,
    () => false,
  );
}
