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

let found: readonly AnnouncedWallet[] = [];
const listeners = new Set<() => void>();

export function announcedWallets(): readonly AnnouncedWallet[] {
  return found;
}

export function onAnnouncement(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** From here on wallets are heard, now and whenever one wakes up later. */
export function listenForWallets(): void {
  addEventListener('eip6963:announceProvider', (event) => {
    const wallet = event instanceof CustomEvent ? readAnnouncement(event.detail) : undefined;
    if (!wallet || found.some(({ id }) => id === wallet.id)) return;
    found = [...found, wallet];
    for (const listener of listeners) listener();
  });
  dispatchEvent(new Event('eip6963:requestProvider'));
}

/** Any script can announce anything: what does not have the shape is no wallet. */
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
