import { useSyncExternalStore } from 'react';
import { type AnnouncedWallet, announcedWallets, onAnnouncement } from './discover.ts';
import type { Eip1193 } from './eip1193.ts';
import { chainIdOf } from './network.ts';
import { TEST_WALLET, testProvider } from './test-wallets.ts';

/** The one door to whatever wallet acts for the person: an extension, or a test wallet of the development chain. */
export interface Wallet {
  /** `TEST_WALLET`, or the maker of an extension. */
  id: string;
  name: string;
  /** Checksummed, as the host writes addresses. */
  address: string;
  chainId: number;
  provider: Eip1193;
}

const REMEMBERED = 'wallet';
let current: Wallet | null = null;
const listeners = new Set<() => void>();
let unfollow = () => {};

export function useWallet(): Wallet | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Asks an extension for its accounts, which opens its window. @throws what the wallet throws, 4001 for a no. */
export async function connect(announced: AnnouncedWallet): Promise<void> {
  await enter(announced, await announced.provider.request({ method: 'eth_requestAccounts' }));
}

export async function connectTest(rpcUrl: string, address: string, name: string): Promise<void> {
  await enter({ id: TEST_WALLET, name, provider: testProvider(rpcUrl, address) }, [address]);
}

export function disconnect(): void {
  localStorage.removeItem(REMEMBERED);
  become(null);
}

/**
 * Finds the wallet of the last visit again, without a question to the person; an extension may announce itself late.
 * @param rpcUrl of the development chain, or null.
 */
export async function reconnect(rpcUrl: string | null): Promise<void> {
  const [id, address, name] = JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]');
  if (typeof id !== 'string' || current) return;
  if (id === TEST_WALLET) {
    if (rpcUrl !== null) await connectTest(rpcUrl, String(address), String(name));
    return;
  }
  const announced = await announcement(id);
  await enter(announced, await announced.provider.request({ method: 'eth_accounts' }));
}

export function sameAddress(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

function announcement(id: string): Promise<AnnouncedWallet> {
  return new Promise((resolve) => {
    const look = () => {
      const found = announcedWallets().find((each) => each.id === id);
      if (!found) return;
      stop();
      resolve(found);
    };
    const stop = onAnnouncement(look);
    look();
  });
}

async function enter(
  { id, name, provider }: Pick<Wallet, 'id' | 'name' | 'provider'>,
  accounts: unknown,
): Promise<void> {
  const account = firstOf(accounts);
  if (account === undefined) return become(null);
  const [address, chainId] = await Promise.all([checksummed(account), chainIdOf(provider)]);
  localStorage.setItem(REMEMBERED, JSON.stringify([id, address, name]));
  become({ id, name, address, chainId, provider });
}

function become(next: Wallet | null): void {
  unfollow();
  unfollow = next ? follow(next) : () => {};
  current = next;
  for (const listener of listeners) listener();
}

/** The person may change account or chain in the wallet itself at any time. */
function follow(wallet: Wallet): () => void {
  const { provider } = wallet;
  const onAccounts = (accounts: unknown) => {
    if (firstOf(accounts) === undefined) disconnect();
    else void enter(wallet, accounts);
  };
  const onChain = (chainId: unknown) => {
    if (current) become({ ...current, chainId: Number(chainId) });
  };
  provider.on?.('accountsChanged', onAccounts);
  provider.on?.('chainChanged', onChain);
  return () => {
    provider.removeListener?.('accountsChanged', onAccounts);
    provider.removeListener?.('chainChanged', onChain);
  };
}

async function checksummed(address: string): Promise<string> {
  return (await import('./checksum.ts')).checksummed(address);
}

function firstOf(accounts: unknown): string | undefined {
  const [address] = Array.isArray(accounts) ? accounts : [];
  return typeof address === 'string' ? address : undefined;
}
