import { randomBytes } from 'node:crypto';
import { siteOrigins } from '../auth/origins.ts';
import { createSignIn, type SignIn } from '../auth/sign-in.ts';
import type { Infrastructure } from './infrastructure.ts';

export async function openSignIn({
  config,
  chain,
  store,
  ...infrastructure
}: Infrastructure): Promise<SignIn> {
  const { counters, checkSignature, nowSec } = infrastructure;
  // One that the records keep is the same after a restart, and for all processes over them.
  const secret =
    config.sessionSecret ?? (await store.keepSecret('session', randomBytes(32).toString('base64url')));
  const { sessionSec } = config;
  const { chainId } = chain.facts;
  const origins = siteOrigins(config);
  return createSignIn({ origins, chainId, secret, sessionSec, store, counters, checkSignature, nowSec });
}
