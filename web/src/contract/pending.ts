import type { SentTransaction } from './calls.ts';

/** Transactions under way, by the action that sent them, so that a reload does not forget them. */
interface Remembered extends SentTransaction {
  chainId: number;
}

const STORED = 'pending';

export function remember(key: string, sent: Remembered): void {
  store({ ...stored(), [key]: sent });
}

export function forget(key: string): void {
  const { [key]: _, ...rest } = stored();
  store(rest);
}

export function recall(key: string, chainId: number): SentTransaction | undefined {
  const found = stored()[key];
  return found?.chainId === chainId ? found : undefined;
}

function stored(): Record<string, Remembered> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}');
  } catch {
    return {};
  }
}

function store(all: Record<string, Remembered>): void {
  localStorage.setItem(STORED, JSON.stringify(all));
}
