import { randomBytes } from 'node:crypto';
import { siteOrigins } from '../auth/origins.ts';
import { createSignIn, type SignIn } from '../auth/sign-in.ts';
import type { Infrastructure } from './infrastructure.ts';

export async function openSignIn(infrastructure: Infrastructure): Promise<SignIn> {
  const { config, chain, book } = infrastructure;
  const { chainId } = chain;
  const { sessionSec } = config;
  // One that the book keeps is the same after a restart, and for all processes over them.
  const secret =
    config.sessionSecret ?? (await book.keepSecret('session', randomBytes(32).toString('base64url')));
  return createSignIn({ ...infrastructure, origins: siteOrigins(config), chainId, secret, sessionSec });
}
