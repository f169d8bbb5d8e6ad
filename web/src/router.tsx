import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react';
import { leavePlace } from './lib/scroll-place.ts';

/** The address of a view. */
export interface Place {
  /** `/watch/bafy…`, without a slash at its end. */
  path: string;
  query: URLSearchParams;
}

const MOVED = 'page:moved';

// The host has written the address of the view that the page began with; browsers share this one.
for (const name of [MOVED, 'popstate']) {
  addEventListener(name, () => {
    const shown = new URL(location.href);
    for (const chosen of ['t', 'provider']) shown.searchParams.delete(chosen);
    document.querySelector('link[rel="canonical"]')?.setAttribute('href', shown.href);
  });
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const url = new URL(href, location.origin);
  return { path: url.pathname.replace(/(.)\/+$/, '$1'), query: url.searchParams };
}

/** Goes to an address of this page. `replace`: without a step of its own for the Back button. */
export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(history.state, '', to);
  else {
    leavePlace();
    history.pushState(null, '', to);
    history.scrollRestoration = 'auto';
    scrollTo(0, 0);
    isBack = false;
  }
  dispatchEvent(new Event(MOVED));
}

/** Sets parts of the query, or removes those with an empty text, and stays in the view. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(change)) {
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  go(url.pathname + url.search, { replace: true });
}

export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}

let isBack = false;

/** Whether one came here by the browser's Back or Forward: then what was there is there again. */
export function cameBack(): boolean {
  return isBack;
}

// Before the views follow it.
addEventListener('popstate', () => {
  isBack = true;
});

function subscribe(listener: () => void): () => void {
  for (const name of [MOVED, 'popstate']) addEventListener(name, listener);
  return () => {
    for (const name of [MOVED, 'popstate']) removeEventListener(name, listener);
  };
}
