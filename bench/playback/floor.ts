import Database from 'better-sqlite3';
import { openPublicKeyOf } from '../../indexer/playback/sale/recover/public-key.ts';
import { signedBytes } from '../../indexer/playback/sale/recover/recover.ts';
import { createVoucherDigest } from '../../indexer/playback/sale/voucher.ts';
import type { Signed } from './vouchers.ts';

/**
 * What a sale can't do without, in a bare loop: the hash, the recovery, a row of the voucher and one of the opening, so many in
 * one commit that is on the disk.
 * @param path of a new file. @returns vouchers a second
 */
export async function soldInALoop(
  path: string,
  vouchers: readonly Signed[],
  { chainId, atOnce }: { chainId: number; atOnce: number },
): Promise<number> {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE vouchers (channel_id TEXT PRIMARY KEY, units INTEGER, signature TEXT, digest TEXT, signer BLOB) WITHOUT ROWID;
    CREATE TABLE openings (channel_id TEXT, unit INTEGER, until INTEGER, PRIMARY KEY (channel_id, unit)) WITHOUT ROWID`);
  const keep = db.prepare('INSERT OR REPLACE INTO vouchers VALUES (?, ?, ?, ?, ?)');
  const open = db.prepare('INSERT INTO openings VALUES (?, ?, ?)');
  const digest = createVoucherDigest(chainId);
  const publicKeyOf = await openPublicKeyOf();
  const sell = db.transaction((some: readonly Signed[]) => {
    for (const voucher of some) {
      const hash = digest(voucher);
      const units = voucher.items[0]?.units ?? 0;
      const key = publicKeyOf(signedBytes(hash, voucher.signature));
      keep.run(voucher.channelId, units, voucher.signature, hash, key);
      open.run(voucher.channelId, units, 1);
    }
  });
  try {
    const start = performance.now();
    for (let at = 0; at < vouchers.length; at += atOnce) sell(vouchers.slice(at, at + atOnce));
    return vouchers.length / ((performance.now() - start) / 1e3);
  } finally {
    db.close();
  }
}
