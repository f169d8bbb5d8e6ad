import { useSyncExternalStore } from 'react';
import { useChain } from '../chain.tsx';

/** How a call gets on chain: the wallet sends it and pays the gas, or it signs and the host does both. */
export type Way = 'wallet' | 'signature';

const STORED = 'way';
const listeners = new Set<() => void>();

/** What the person has chosen last, as far as the host offers it. */
export function useWay(): Way {
  const { relay } = useChain();
  const chosen = useSyncExternalStore(subscribe, () => localStorage.getItem(STORED));
  return chosen === 'signature' && relay !== 'off' ? 'signature' : 'wallet';
}

export function chooseWay(way: Way): void {
  localStorage.setItem(STORED, way);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
