import { useSyncExternalStore } from 'react';
import type { Content, ViewRecord } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { isGood, type Paid } from './good-for.ts';

const LOOKED_THROUGH = 100;
const STORED = 'paid';

/**
 * What this wallet has paid for the content that is still good: what the host has in its records, and what this browser
 * has just seen in a block. `undefined` while that is not known, `null` for nothing.
 */
export function usePaid(content: Content): Paid | null | undefined {
  const wallet = useWallet();
  const stored = useSyncExternalStore(subscribe, read);
  const address = wallet?.address;
  const { data, problem } = useResource(address ? host.viewsBy('viewer', address, LOOKED_THROUGH) : null);
  if (!address) return null;
  const own = parse(stored)[keyOf(content, address)];
  const paid = [
    ...(data?.records.filter((view) => isOf(view, content)).map(paidBy) ?? []),
    ...(own ? [own] : []),
  ];
  const good = paid.find((each) => isGood(each, content.unit, Date.now()));
  if (good) return good;
  return data || problem !== undefined ? null : undefined;
}

function isOf({ content_id, contract, settled }: ViewRecord, content: Content): boolean {
  return content_id === content.content_id && contract === content.contract && settled;
}

function paidBy({ amount, units, provider_wallet, tx_hash, timestamp }: ViewRecord): Paid {
  return { amount, units, provider: provider_wallet, txHash: tx_hash, at: timestamp };
}

/** The host's records may lag a moment behind the chain. */
export function rememberPaid(content: Content, viewer: string, paid: Paid): void {
  localStorage.setItem(STORED, JSON.stringify({ ...parse(read()), [keyOf(content, viewer)]: paid }));
  for (const listener of listeners) listener();
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): string {
  return localStorage.getItem(STORED) ?? '{}';
}

function parse(text: string): Record<string, Paid> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function keyOf({ contract, content_id }: Content, viewer: string): string {
  return `${contract}:${content_id}:${viewer}`.toLowerCase();
}
