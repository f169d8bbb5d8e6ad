import type { IncomingMessage } from 'node:http';
import type { Route } from '../routing/route.ts';

/** Reads that concern this host or one wallet's session, not what anybody may know. */
const CLOSED_TAGS: readonly string[] = ['Health', 'Sign-in'];

/**
 * Reads that pages of any origin may make: media, and what the chain shows everybody anyway.
 * @returns whether the request, or the one that a preflight asks for, is such a read.
 */
export function createOpenReads(routes: readonly Route[]): (req: IncomingMessage) => boolean {
  const templates = routes
    .filter(isOpen)
    .map(({ path }) => path.replace('{path}', '.+').replaceAll(/\{\w+\}/g, '[^/]+'));
  const paths = new RegExp(`^(?:${[...new Set(templates)].join('|')})/?(?:\\?|$)`, 'i');
  return ({ method, url, headers }) => {
    const wanted = method === 'OPTIONS' ? headers['access-control-request-method'] : method;
    return (wanted === 'GET' || wanted === 'HEAD') && paths.test(url ?? '');
  };
}

function isOpen({ method, doc }: Route): boolean {
  const isRead = method === 'get' || method === 'head';
  return isRead && doc.security === undefined && !doc.tags?.some((tag) => CLOSED_TAGS.includes(tag));
}

/**
 * What is sold is played by pages of any origin, and money for it is put into channels and taken out; what does it is a
 * signature or a token, never a cookie.
 */
export function isPlay({ url }: Pick<IncomingMessage, 'url'>): boolean {
  return /^\/(play\/|channels(\/[^/]+\/exit)?\/?(\?|$))/i.test(url ?? '');
}

/** Whether somebody shows here what they have signed: there is no other write under /play. */
export function isSigned({ url, method }: Pick<IncomingMessage, 'url' | 'method'>): boolean {
  return method === 'POST' && /^\/play\/[^/]+\/(access|keys)\/?$/i.test(url ?? '');
}

/** Whether keys are bought: players do so once a minute, many of them behind one address. */
export function isForKeys({ url, method }: Pick<IncomingMessage, 'url' | 'method'>): boolean {
  return method === 'POST' && /^\/play\/[^/]+\/keys\/?$/i.test(url ?? '');
}
