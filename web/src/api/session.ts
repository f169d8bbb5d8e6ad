import { z } from 'zod/mini';
import { hexOf } from '../lib/hex.ts';
import { createStoredValue } from '../lib/store.ts';
import type { Eip1193 } from '../wallet/eip1193.ts';
import { HostRefused, SessionIgnored } from './errors.ts';
import { ask } from './http.ts';
import { signInMessage } from './sign-in-message.ts';

const offer = z.object({ nonce: z.string(), chain_id: z.number() });
const session = z.object({ token: z.string(), wallet: z.string(), expires_at: z.string() });

const stored = createStoredValue<unknown>('session', null);
/** An upload that begins now should not outlive its session. */
const MARGIN_MS = 10 * 60_000;

/** Whether the wallet need not sign for a session. */
export function hasSession(address: string): boolean {
  return openSession(address) !== undefined;
}

/**
 * Opens a session of the wallet at the host (Sign-In with Ethereum), or takes the one that is open.
 * @param onWallet called before the wallet shows its window.
 * @returns the bearer's token.
 */
export async function sessionOf(
  { address, provider }: { address: string; provider: Eip1193 },
  onWallet: () => void,
): Promise<string> {
  const open = openSession(address);
  if (open !== undefined) return open;
  onWallet();
  const { nonce, chain_id } = await ask('/auth/nonce', offer);
  const message = signInMessage({
    address,
    nonce,
    chainId: chain_id,
    origin: location.origin,
    now: new Date(),
  });
  const params = [hexOf(new TextEncoder().encode(message)), address];
  const signature = await provider.request({ method: 'personal_sign', params });
  const fresh = await ask('/auth/sign-in', session, { method: 'POST', json: { message, signature } });
  stored.set(fresh);
  return fresh.token;
}

function openSession(address: string): string | undefined {
  const open = session.safeParse(stored.get()).data;
  const isOpen = open?.wallet === address && Date.parse(open.expires_at) > Date.now() + MARGIN_MS;
  return isOpen ? open.token : undefined;
}

/**
 * Does something with the session that the wallet has, and asks nobody to sign for another.
 * @returns `undefined` where there is none, or the host does not accept it any more. @throws as `work`
 */
export async function inOpenSession<T>(
  address: string,
  work: (token: string) => Promise<T>,
): Promise<T | undefined> {
  const token = openSession(address);
  if (token === undefined) return undefined;
  return await work(token).catch((error: unknown) => {
    if (!isSessionRefused(error)) throw error;
    stored.set(null);
    return undefined;
  });
}

/**
 * Does something with a session of the wallet, and once more with a new one where the host does not accept it any more.
 * @throws as `work`, and what the wallet throws
 */
export async function inSession<T>(
  wallet: { address: string; provider: Eip1193 },
  steps: { wallet(): void; working(): void },
  work: (token: string) => Promise<T>,
): Promise<T> {
  const attempt = async () => {
    const token = await sessionOf(wallet, steps.wallet);
    steps.working();
    return await work(token);
  };
  return await attempt().catch((error: unknown) => {
    if (!isSessionRefused(error)) throw error;
    stored.set(null);
    return attempt();
  });
}

function isSessionRefused(error: unknown): boolean {
  return error instanceof SessionIgnored || (error instanceof HostRefused && error.problem.status === 401);
}
