import { type Content, isSameListing, type ViewRecord } from '../../api/answers.ts';
import { host } from '../../api/host.ts';
import { useResource } from '../../api/resource.ts';
import { createStoredValue, useStore } from '../../lib/store.ts';
import { useWallet } from '../../wallet/wallet.ts';
import { type ValidPayment, type ViewPayment, validPayments } from './good-for.ts';

const LOOKED_THROUGH = 100;
const stored = createStoredValue<Readonly<Record<string, ViewPayment>>>('paid', {});
const NOTHING: ReadonlyMap<string, ValidPayment> = new Map();

/**
 * Payments of this wallet for the content that are still good, by provider: from the host's records, and from the
 * blocks that this browser has just seen. `undefined` while they are unknown.
 */
export function usePayments(content: Content): ReadonlyMap<string, ValidPayment> | undefined {
  const wallet = useWallet();
  const all = useStore(stored);
  const address = wallet?.address;
  const { data, problem } = useResource(address ? host.viewsBy('viewer', address, LOOKED_THROUGH) : null);
  if (!address) return NOTHING;
  const recorded =
    data?.records.filter((view) => view.settled && isSameListing(view, content)).map(paidBy) ?? [];
  const isRecorded = ({ txHash }: ViewPayment) => recorded.some((each) => each.txHash === txHash);
  const seen = storedOf(all, content, address).filter((paid) => !isRecorded(paid));
  const standing = validPayments([...recorded, ...seen], content.unit, Date.now());
  return standing.size > 0 || data || problem !== undefined ? standing : undefined;
}

function paidBy({ amount, units, provider_wallet, tx_hash, timestamp, source }: ViewRecord): ViewPayment {
  const direct = source === 'direct';
  return { amount, units, provider: provider_wallet, txHash: tx_hash, at: timestamp, direct };
}

/** Remembers a payment until the host's records, which may lag behind the chain, show it. */
export function rememberPaid(content: Content, viewer: string, paid: ViewPayment): void {
  stored.set({ ...stored.get(), [`${keyOf(content, viewer)}:${paid.provider.toLowerCase()}`]: paid });
}

/** Forgets a payment that the provider does not find: the chain may have dropped it. Records of the host stay. */
export function forgetPaid(content: Content, viewer: string, provider: string): void {
  const { [`${keyOf(content, viewer)}:${provider.toLowerCase()}`]: _, ...rest } = stored.get();
  stored.set(rest);
}

function storedOf(
  all: Readonly<Record<string, ViewPayment>>,
  content: Content,
  viewer: string,
): ViewPayment[] {
  const key = keyOf(content, viewer);
  return Object.entries(all).flatMap(([name, paid]) => (name.startsWith(key) ? [paid] : []));
}

function keyOf({ contract, content_id }: Content, viewer: string): string {
  return `${contract}:${content_id}:${viewer}`.toLowerCase();
}
