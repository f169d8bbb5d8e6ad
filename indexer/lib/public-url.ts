import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Names that lead somewhere inside one network only: RFC 6761, 6762, 8375, and what ICANN keeps out of the DNS. */
const INTERNAL_NAMES = /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/**
 * Whether everybody can reach the address: a unicast one that IANA lists for no special purpose. Addresses that carry
 * another one inside (IPv4-mapped, NAT64, 6to4, Teredo) are not: where they lead depends on who asks.
 * @param address IPv4 or IPv6 as a resolver gives it, without brackets.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || isGlobalUnicast(parsed);
}

/**
 * Whether what a URL names can be a host of the public internet. A name can still resolve to any address: whoever
 * fetches from it asks `isPublicAddress` about the address it connects to, at every redirect.
 * @param url http or https; spellings such as `http://0x7f.1` are what `URL` makes of them.
 */
export function isPublicUrl(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return isPublicAddress(host);
  return host.includes('.') && !INTERNAL_NAMES.test(host);
}

/** 2000::/3, of which IANA assigns; the rest is special or not in use. */
function isGlobalUnicast({ parts }: ipaddr.IPv6): boolean {
  return ((parts[0] ?? 0) & 0xe000) === 0x2000;
}
