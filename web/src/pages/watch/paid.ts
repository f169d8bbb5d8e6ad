import { useSyncExternalStore } from 'react';
import type { Content } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { useWallet } from '../../wallet/wallet.ts';

/** A payment for a view that is still good. */
export interface Paid {
  amount: string;
  provider: string;
  txHash: string | null;
  /** ISO 8601. */
  at: string;
}

/** A paid view can be watched for a day, as often as one likes. */
const GOOD_FOR_MS = 24 * 3_600_000;
const LOOKED_THROUGH = 100;
const STORED = 'paid';

/**
 * What this wallet has paid for the content within the last day: what the host has in its records, and what this
 * browser has just seen in a block. `undefined` while that is not known, `null` for nothing.
 */
export function usePaid(content: Content): Paid | null | undefined {
  const wallet = useWallet();
  const stored = useSyncExternalStore(subscribe, read);
  const address = wallet?.address;
  const { data, problem } = useResource(address ? host.viewsBy('viewer', address, LOOKED_THROUGH) : null);
  if (!address) return null;
  const since = Date.now() - GOOD_FOR_MS;
  const view = data?.records.find(
    ({ content_id, contract, settled, timestamp }) =>
      content_id === content.content_id &&
      contract === content.contract &&
      settled &&
      Date.parse(timestamp) > since,
  );
  if (view) {
    return { amount: view.amount, provider: view.provider_wallet, txHash: view.tx_hash, at: view.timestamp };
  }
  const own = parse(stored)[keyOf(content, address)];
  if (own && Date.parse(own.at) > since) return own;
  return data || problem !== undefined ? null : undefined;
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
