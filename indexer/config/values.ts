import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isAddress, ZeroAddress } from 'ethers';
import { z } from 'zod';

type Variables = Readonly<Record<string, readonly [name: string, kind: z.ZodType]>>;
type Kinds<V extends Variables> = { [Property in keyof V as V[Property][0]]: V[Property][1] };
type Values<V extends Variables> = { [Property in keyof V]: z.output<V[Property][1]> };

/** A part of the configuration: each property by the variable that holds it, and what is taken there. */
export function variables<const V extends Variables>(described: V) {
  const kinds = Object.fromEntries(Object.values(described)) as Kinds<V>;
  return z.object(kinds).transform((env: Readonly<Record<string, unknown>>) => {
    const values = Object.entries(described).map(([property, [name]]) => [property, env[name]]);
    return Object.fromEntries(values) as Values<V>;
  });
}

// The kinds of values that the environment holds, each with what is said of a wrong one.

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
export const whole = (what: string) => z.coerce.number(`must be ${what}`).int();
export const count = (things: string) => whole(`a number of ${things}`).min(0);
export const bytes = whole('a number of bytes').positive();
export const port = whole('a port number').min(0).max(65_535);
export const hours = whole('a number of hours').min(1).max(720);
export const inSeconds = (hours: number) => hours * 3_600;
export const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
export const httpUrl = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http(s) URL');
export const redisUrl = z
  .string()
  .refine(
    (text) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.hostname !== '',
    'must be a redis:// or rediss:// URL',
  );
export const apiUrl = httpUrl.refine((text) => {
  const { username, password } = URL.parse(text) ?? {};
  return !username && !password;
}, 'must carry no credentials: put them into IPFS_API_AUTH');
export const origin = z
  .string()
  .refine(
    (text) => text === '*' || (/^https?:\/\/[^*]+$/.test(text) && URL.parse(text)?.origin === text),
    'must be an origin such as http://localhost:3000, without wildcards in it',
  );
/** Ethers alone would take one without 0x, which nothing that is compared with it looks like. */
export const isAddressText = (text: string) => /^0x/.test(text) && isAddress(text);
const isContractOrWallet = (text: string) => isAddressText(text) && text !== ZeroAddress;
export const address = z
  .string()
  .refine(isContractOrWallet, 'must be an address (0x…) with a right checksum');
export const folder = z.string().refine(canBeFolder, 'must be a folder: there is a file of this name');
export const host = z.string().regex(/^[\w.:%-]+$/, 'must be an address or a name, without http:// and port');

export const gas = z
  .string()
  .regex(/^\d{1,15}$/, 'must be an amount of gas')
  .transform(BigInt);

/** One is there, or can be made: the nearest that is there above it is one. Whether it may be written is seen when it is. */
function canBeFolder(path: string): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() ?? canBeFolder(dirname(resolve(path)));
  } catch {
    return true;
  }
}
