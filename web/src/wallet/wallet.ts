import { createStore, createStoredValue, useStore } from '../lib/store.ts';
import { type AnnouncedWallet, announcedWallets } from './discover.ts';
import type { Eip1193 } from './eip1193.ts';
import { chainIdOf } from './network.ts';
import { TEST_WALLET, testProvider } from './test-wallets.ts';

/** Whatever wallet acts for the person: an extension, or a test wallet of the development chain. */
export interface Wallet {
  /** `TEST_WALLET`, or the maker of an extension. */
  id: string;
  name: string;
  /** Checksummed, as the host writes addresses. */
  address: string;
  chainId: number;
  provider: Eip1193;
}

/** The last visit's wallet: id, address, name. */
const stored = createStoredValue<readonly unknown[]>('wallet', []);
const current = createStore<Wallet | null>(null);
let unfollow = () => {};

export function useWallet(): Wallet | null {
  return useStore(current);
}

/** Asks an extension for its accounts, which opens its window. @throws what the wallet throws, 4001 for a no. */
export async function connect(announced: AnnouncedWallet): Promise<void> {
  await enter(announced, await announced.provider.request({ method: 'eth_requestAccounts' }));
}

export async function connectTest(rpcUrl: string, address: string, name: string): Promise<void> {
  await enter({ id: TEST_WALLET, name, provider: testProvider(rpcUrl, address) }, [address]);
}

export function disconnect(): void {
  stored.set([]);
  become(null);
}

/**
 * Connects the wallet of the last visit without asking the person; an extension may announce itself late.
 * @param rpcUrl of the development chain, or null.
 */
export async function reconnect(rpcUrl: string | null): Promise<void> {
  const [id, address, name] = stored.get();
  if (typeof id !== 'string' || current.get()) return;
  if (id === TEST_WALLET) {
    if (rpcUrl !== null) await connectTest(rpcUrl, String(address), String(name));
    return;
  }
  const announced = await announcement(id);
  await enter(announced, await announced.provider.request({ method: 'eth_accounts' }));
}

function announcement(id: string): Promise<AnnouncedWallet> {
  return new Promise((resolve) => {
    const look = () => {
      const found = announcedWallets.get().find((each) => each.id === id);
      if (!found) return;
      stop();
      resolve(found);
    };
    const stop = announcedWallets.subscribe(look);
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
  stored.set([id, address, name]);
  become({ id, name, address, chainId, provider });
}

function become(next: Wallet | null): void {
  unfollow();
  unfollow = next ? follow(next) : () => {};
  current.set(next);
}

/** Follows changes of account and chain that the person makes in the wallet itself. */
function follow(wallet: Wallet): () => void {
  const { provider } = wallet;
  const onAccounts = (accounts: unknown) => {
    if (firstOf(accounts) === undefined) disconnect();
    else void enter(wallet, accounts);
  };
  const onChain = (chainId: unknown) => {
    const last = current.get();
    if (last) become({ ...last, chainId: Number(chainId) });
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
