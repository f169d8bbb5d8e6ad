import { isIP } from 'node:net';

/**
 * Whether a request's Host header names this machine itself. A page of another site that makes its own name
 * resolve to this address (DNS rebinding) sends its own name here, and is refused.
 */
export function isOwnHost(header: string | undefined, boundHost: string): boolean {
  if (header === undefined) return false;
  const name = header
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === boundHost.toLowerCase() || isIP(name) > 0
  );
}
