import type { Request } from 'express';

/** What a Host header may be: a name or an address, and a port. */
const HOST = /^(?:[a-z0-9_](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Where people reach this host, without a slash at its end: PUBLIC_URL; without it what the request was sent to, as a
 * trusted proxy says (TRUST_PROXY) or its Host header. `null` where that is no name of a host.
 */
export function siteOf(
  { protocol, host }: Pick<Request, 'protocol' | 'host'>,
  publicUrl: string | undefined,
): string | null {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, '');
  if (!HOST.test(host ?? '') || !/^https?$/.test(protocol)) return null;
  return URL.parse(`${protocol}://${host}`)?.origin ?? null;
}
