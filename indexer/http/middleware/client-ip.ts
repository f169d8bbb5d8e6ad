import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** One line gets a network of so many bits, and with it any number of addresses. */
const IPV6_LINE_PARTS = 4;

/** What stands for one client when it is counted: its IPv4 address, or the IPv6 network (/64) it is in. */
export function clientIp({ ip = '' }: Pick<Request, 'ip'>): string {
  const text = withoutPort(ip);
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const network = address.parts.slice(0, IPV6_LINE_PARTS).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

/** Some proxies write `8.8.8.8:1000`, `[2001:db8::1]:1000` or `[2001:db8::1]`: every connection would be a new client. */
function withoutPort(address: string): string {
  const [, inBrackets, v4] = /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(address) ?? [];
  return inBrackets ?? v4 ?? address;
}
