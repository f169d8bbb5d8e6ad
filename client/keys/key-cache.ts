import type { Content } from '../content/content.ts';
import { sha256Hex } from '../content/hash.ts';
import { fromBase64, toBase64 } from '../http.ts';
import { exclusively } from '../lock.ts';
import type { ClientStorage } from '../storage.ts';

/** What is bought is open so long. */
const KEPT_MS = 24 * 3600 * 1000;
const ENTRY = 'keys';

/** By CID and unit: base64 of the key, and until when it is kept. */
type Kept = Record<string, Record<string, [key: string, untilMs: number]>>;

/** The kept keys of these units: those that the CID commits to, whoever sold them. */
export async function keptKeys(
  storage: ClientStorage,
  { cid, keyHashes }: Content,
  units: readonly number[],
): Promise<Map<number, Uint8Array<ArrayBuffer>>> {
  const ofCid = (await kept(storage))[cid] ?? {};
  const found = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const unit of units) {
    const [text, untilMs] = ofCid[unit] ?? ['', 0];
    if (untilMs <= Date.now()) continue;
    const key = fromBase64(text);
    if ((await sha256Hex(key)) === keyHashes[unit]) found.set(unit, key);
  }
  return found;
}

/** Keeps keys for a day, and forgets those that are older. */
export async function keepKeys(
  storage: ClientStorage,
  cid: string,
  keys: ReadonlyMap<number, Uint8Array>,
): Promise<void> {
  await exclusively(ENTRY, async () => {
    const nowMs = Date.now();
    const all = await kept(storage);
    all[cid] ??= {};
    for (const [unit, key] of keys) all[cid][unit] = [toBase64(key), nowMs + KEPT_MS];
    for (const [of, ofCid] of Object.entries(all)) {
      all[of] = Object.fromEntries(Object.entries(ofCid).filter(([, [, untilMs]]) => untilMs > nowMs));
    }
    await storage.set(ENTRY, JSON.stringify(all));
  });
}

async function kept(storage: ClientStorage): Promise<Kept> {
  return JSON.parse((await storage.get(ENTRY)) ?? '{}') as Kept;
}
