import { useSyncExternalStore } from 'react';
import type { Draft } from './draft.ts';

/** An upload that waits at the host until its creator publishes it. */
export interface Staged {
  cid: string;
  draft: Draft;
  wallet: string;
  /** ISO 8601: then the host removes it. */
  expiresAt: string;
}

const STORED = 'staged';
const listeners = new Set<() => void>();

/** What this wallet has uploaded and not published, here, before a reload perhaps. */
export function useStaged(wallet: string | undefined): Staged | undefined {
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(STORED) ?? 'null');
  const staged = parse(text);
  return staged && staged.wallet === wallet && Date.parse(staged.expiresAt) > Date.now() ? staged : undefined;
}

export function stage(staged: Staged | null): void {
  localStorage.setItem(STORED, JSON.stringify(staged));
  for (const listener of listeners) listener();
}

function parse(text: string): Staged | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
