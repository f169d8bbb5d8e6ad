import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import type { Signed } from '../chain/writer.ts';

interface AuthorizationFields {
  nonce?: bigint | undefined;
  deadline?: bigint | undefined;
  signature?: string | undefined;
}

/** The wallet's word that a request carries; undefined where it carries none. */
export function signedIn(
  { nonce, deadline, signature }: AuthorizationFields,
  { ip = '' }: Pick<Request, 'ip'>,
): Signed | undefined {
  if (nonce === undefined || deadline === undefined || signature === undefined) return undefined;
  return { nonce, deadlineSec: deadline, signature, origin: originOf(ip) };
}

/** Whom an address belongs to: with IPv6, one subscriber has 2^64 of them. */
export function originOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])];
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(':')}::/64`;
}
