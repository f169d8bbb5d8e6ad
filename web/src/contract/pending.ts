import { createStoredValue } from '../lib/store.ts';
import type { SentTransaction } from './calls.ts';

/** A transaction and its chain, by the action that sent it: a reload does not forget it. */
interface StoredTransaction extends SentTransaction {
  chainId: number;
}

const pending = createStoredValue<Readonly<Record<string, StoredTransaction>>>('pending', {});

export function remember(key: string, sent: StoredTransaction): void {
  pending.set({ ...pending.get(), [key]: sent });
}

export function forget(key: string): void {
  const { [key]: _, ...rest } = pending.get();
  pending.set(rest);
}

export function recall(key: string, chainId: number): SentTransaction | undefined {
  const found = pending.get()[key];
  return found?.chainId === chainId ? found : undefined;
}
