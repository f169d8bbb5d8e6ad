import { SiweMessage } from '@signinwithethereum/siwe';
import { getAddress } from 'ethers';
import { SignInRefused } from './errors.ts';

/** Where and for which chain people sign in. */
export interface Site {
  /** Origins that a message may be for, such as `https://host.example`; the first is the host's own. */
  readonly origins: readonly string[];
  readonly chainId: number;
}

/** What a message says once it is known to be for this site. */
export interface SignInMessage {
  /** Checksummed. */
  wallet: string;
  nonce: string;
  issuedAtSec: number;
  /** `null`: the wallet set no end. */
  expiresAtSec: number | null;
  notBeforeSec: number;
}

const STATEMENT =
  'Sign in to upload, to report views and to see what is yours. This sends nothing and costs nothing.';

/** An EIP-4361 message, ready to sign. */
export function signInMessage(
  { chainId }: Site,
  what: { origin: string; wallet: string; nonce: string; issuedAtSec: number; expiresAtSec: number },
): string {
  const message = new SiweMessage({
    domain: new URL(what.origin).host,
    address: what.wallet,
    statement: STATEMENT,
    uri: what.origin,
    version: '1',
    chainId,
    nonce: what.nonce,
    issuedAt: isoTime(what.issuedAtSec),
    expirationTime: isoTime(what.expiresAtSec),
  });
  return message.prepareMessage();
}

/** @throws {SignInRefused} `malformed`, `domain` or `chain` */
export function readSignInMessage({ origins, chainId }: Site, text: string): SignInMessage {
  const message = parse(text);
  const wallet = getAddress(message.address);
  if (!origins.some((origin) => isFor(message, new URL(origin)))) {
    const wanted = origins.map((origin) => new URL(origin).host).join(' or ');
    throw new SignInRefused(`The message is for ${message.domain}, not for ${wanted}.`, {
      fault: 'domain',
      wallet,
    });
  }
  if (message.chainId !== chainId) {
    const why = `The message is for chain ${message.chainId}, not for chain ${chainId}.`;
    throw new SignInRefused(why, { fault: 'chain', wallet });
  }
  return {
    wallet,
    nonce: message.nonce,
    issuedAtSec: seconds(message.issuedAt),
    expiresAtSec: message.expirationTime === undefined ? null : seconds(message.expirationTime),
    notBeforeSec: message.notBefore === undefined ? 0 : seconds(message.notBefore),
  };
}

/** Its grammar sees to version 1 and to RFC 3339 times. */
function parse(text: string): SiweMessage {
  try {
    return new SiweMessage(text);
  } catch (cause) {
    const why = 'The message is not one of Sign-In with Ethereum (EIP-4361).';
    throw new SignInRefused(why, { fault: 'malformed', wallet: null, cause });
  }
}

function isFor({ domain, scheme, uri }: SiweMessage, { host, protocol, origin }: URL): boolean {
  if (domain.toLowerCase() !== host) return false;
  if (scheme !== undefined && `${scheme.toLowerCase()}:` !== protocol) return false;
  return URL.parse(uri)?.origin === origin;
}

function seconds(time = ''): number {
  return Math.floor(Date.parse(time) / 1_000);
}

function isoTime(sec: number): string {
  return new Date(sec * 1_000).toISOString();
}
