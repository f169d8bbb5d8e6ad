import { sha256Hex } from '../content/hash.ts';
import { ClientError, WrongKey } from '../errors.ts';
import { fieldsIn, toBase64 } from '../http.ts';
import type { Parties } from '../money/channel-record.ts';
import type { Given } from '../seller/seller.ts';
import type { ClientStorage } from '../storage.ts';
import { fileProof, type ProofsTo } from './proof.ts';

/** The hashes of keys that a CID commits to, by unit. */
export interface Committed {
  cid: string;
  keyHashes: { readonly [unit: number]: string | null };
}

type Sold = Parties & ProofsTo & { contentId: string };

/**
 * The keys that were asked for, where all of them are those that the CID commits to. Else the seller is paid no more, for
 * ever, on this device, and what it has signed goes to the host where the viewer is.
 * @throws {WrongKey} with what proves it
 */
export async function requireKeys(
  storage: ClientStorage,
  seller: Sold,
  { given, units, content }: { given: Given; units: readonly number[]; content: Committed },
): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
  const right = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const unit of units) {
    const key = given.keys.get(unit) ?? new Uint8Array();
    if ((await sha256Hex(key)) !== content.keyHashes[unit]) {
      const error = new WrongKey({ unit, key: toBase64(key), receipt: given.receipts.get(unit) ?? null });
      const why = { ...error, cid: content.cid, contentId: seller.contentId };
      await report(storage, seller, why);
      throw error;
    }
    right.set(unit, key);
  }
  return right;
}

/** Stops paying a seller, and remembers why. */
export async function distrust(storage: ClientStorage, seller: Parties, why: object): Promise<void> {
  await storage.set(entryOf(seller), JSON.stringify({ ...why, atMs: Date.now() }));
}

/** Files what could not be filed when it was met. @throws {ClientError} seller_distrusted */
export async function requireTrust(storage: ClientStorage, seller: Parties & ProofsTo): Promise<void> {
  const entry = await storage.get(entryOf(seller));
  if (entry === null) return;
  const why = fieldsIn(new TextEncoder().encode(entry));
  if (!why.isFiled) await report(storage, seller, why);
  throw new ClientError('seller_distrusted', 'This seller has cheated before: it is paid no more.');
}

/** Kept before it is sent: whatever becomes of this page, nothing more is paid. */
async function report(storage: ClientStorage, seller: Parties & ProofsTo, why: object): Promise<void> {
  await distrust(storage, seller, why);
  if (await fileProof(seller, why)) await distrust(storage, seller, { ...why, isFiled: true });
}

function entryOf({ chainId, contract, provider }: Parties): string {
  return `distrusted ${chainId} ${contract} ${provider}`.toLowerCase();
}
