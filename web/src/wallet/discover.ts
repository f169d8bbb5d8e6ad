import { createStore } from '../lib/store.ts';
import type { Eip1193 } from './eip1193.ts';

/** A wallet in this browser that has announced itself (EIP-6963). */
export interface AnnouncedWallet {
  /** Reverse domain name of its maker: the same after a reload. */
  id: string;
  name: string;
  /** A data: URL, or empty. */
  icon: string;
  provider: Eip1193;
}

export const announcedWallets = createStore<readonly AnnouncedWallet[]>([]);

/** Collects announcements, now and whenever a wallet wakes up later. */
export function listenForWallets(): void {
  addEventListener('eip6963:announceProvider', (event) => {
    const wallet = event instanceof CustomEvent ? readAnnouncement(event.detail) : undefined;
    if (!wallet || announcedWallets.get().some(({ id }) => id === wallet.id)) return;
    announcedWallets.set([...announcedWallets.get(), wallet]);
  });
  dispatchEvent(new Event('eip6963:requestProvider'));
}

/** Reads an announcement, which any script can make: another shape is no wallet. */
function readAnnouncement(detail: unknown): AnnouncedWallet | undefined {
  if (!isRecord(detail) || !isRecord(detail.info) || !isRecord(detail.provider)) return undefined;
  const { rdns, name, icon } = detail.info;
  if (typeof rdns !== 'string' || typeof name !== 'string') return undefined;
  if (typeof detail.provider.request !== 'function') return undefined;
  return {
    id: rdns,
    name: name.slice(0, 60),
    icon: typeof icon === 'string' && icon.startsWith('data:image/') ? icon : '',
    provider: detail.provider as unknown as Eip1193,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
