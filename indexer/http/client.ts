import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** One line gets a network of so many bits, and with it any number of addresses. */
const IPV6_LINE_PARTS = 4;

/** What stands for one client when it is counted: its IPv4 address, or the IPv6 network (/64) it is in. */
export function clientOf({ ip = '' }: Pick<Request, 'ip'>): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = address.parts.slice(0, IPV6_LINE_PARTS).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
