import { ClientError } from '../errors.ts';
import type { ClientStorage } from '../storage.ts';
import type { Deployment } from '../typed-data.ts';
import type { Item, Ledger, Tally } from './ledger.ts';

/** Whose deposit is for whom. */
export interface Parties extends Deployment {
  provider: string;
  /** The zero address is the native coin. */
  token: string;
}

/** A channel as this device keeps it: whoever has it can spend the deposit with the provider, no more. */
export interface ChannelRecord extends Parties {
  channelId: string;
  viewer: string;
  authorizer: string;
  salt: string;
  /** The private key that signs vouchers. */
  key: string;
  /** Whether the chain has been seen to hold it. */
  isOpen: boolean;
  /** Base units that may be signed for in this epoch. */
  limit: bigint;
  /** The viewer has asked for the rest, so nothing more is signed; missing in older records. */
  isLeaving?: boolean | undefined;
  ledger: Ledger;
  /** Base units that vouchers had taken before this epoch; missing where nobody has said so, and in older records. */
  claimedBefore?: bigint | undefined;
  /** Of the ledger's items; `null` where nothing is signed under its number. */
  signature: string | null;
  /** Units bought of the seller, of any content: its receipts are asked for now and then. */
  bought: number;
}

export function recordKey({ chainId, contract, provider, token }: Parties): string {
  return `channel ${chainId} ${contract} ${provider} ${token}`.toLowerCase();
}

/** @param viewer in lower case; without one it is the first wallet's of this storage. */
export async function readRecord(
  storage: ClientStorage,
  parties: Parties,
  viewer?: string,
): Promise<ChannelRecord | null> {
  return (await placeOf(storage, recordKey(parties), viewer))[1];
}

export async function writeRecord(storage: ClientStorage, record: ChannelRecord): Promise<void> {
  const [key] = await placeOf(storage, recordKey(record), record.viewer);
  await storage.set(key, JSON.stringify({ version: VERSION, record }, replaced));
}

/**
 * A wallet's own key, and what is there. The first wallet's has no address in it, as before there could be others: never
 * two copies, so that no number is signed twice.
 */
async function placeOf(
  storage: ClientStorage,
  key: string,
  viewer?: string,
): Promise<[key: string, record: ChannelRecord | null]> {
  const text = await storage.get(key);
  if (text === null) return [key, null];
  const { version, record } = JSON.parse(text, revived) as { version: number; record: ChannelRecord };
  if (version !== VERSION) {
    throw new ClientError('channel_missing', 'The stored channel is of another version.');
  }
  const isOther = viewer && record.viewer !== viewer;
  return isOther ? await placeOf(storage, key + viewer, viewer) : [key, record];
}

const VERSION = 1;
/** Whole numbers of any size, as decimal text. */
const AMOUNTS: ReadonlySet<string> = new Set<keyof ChannelRecord | keyof Item | keyof Tally | 'total'>([
  ...(['limit', 'claimedBefore', 'units', 'unitPrice', 'signed', 'opened', 'spent', 'total'] as const),
]);

function replaced(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function revived(name: string, value: unknown): unknown {
  return AMOUNTS.has(name) && typeof value === 'string' ? BigInt(value) : value;
}
